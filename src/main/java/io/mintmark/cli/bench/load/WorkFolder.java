package io.mintmark.cli.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that is nobody else's and goes with what it was made for. */
public final class WorkFolder {
  private WorkFolder() {}

  /**
   * @param parent null for the system's own place for such
   */
  public static Path make(@Nullable Path parent) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    return parent == null
        ? Files.createTempDirectory("mintmark-bench", mode)
        : Files.createTempDirectory(parent, "mintmark-bench", mode);
  }

  public static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException left) {
      // a temporary folder that somebody else will clean
    }
  }
}
