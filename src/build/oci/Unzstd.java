import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints what a zstd file holds, where there is no zstd.
 *
 * <p>usage: Unzstd.java FILE
 */
final class Unzstd {
  private Unzstd() {}

  public static void main(String... arguments) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of(arguments[0])))) {
      in.transferTo(System.out);
      System.out.flush();
    }
  }
}
