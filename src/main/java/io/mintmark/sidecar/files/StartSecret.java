package io.mintmark.sidecar.files;

import io.mintmark.sidecar.plan.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that callers must know: made at each start, and readable by one user. Other than a token
 * it opens nothing elsewhere.
 */
public final class StartSecret {
  private static final System.Logger LOG = System.getLogger(StartSecret.class.getName());
  private static final int BYTES = 32;

  private final Target target;
  private final Path path;
  private final String value;

  private StartSecret(Target target, Path path, String value) {
    this.target = target;
    this.path = path;
    this.value = value;
  }

  /**
   * Where it stands and whose it is; its mode is always 0600.
   *
   * @param owner by name or number; null for the sidecar's user
   * @param shared whether others may write the folder
   */
  public record Place(Path path, @Nullable String owner, boolean shared) {
    /** From {@code file}, {@code owner} and {@code sharedFolder}. */
    public static Place of(Section section) {
      return new Place(
          section.path("file"), section.optional("owner"), section.flag("sharedFolder", false));
    }
  }

  /** Makes a value and puts it in place whole. */
  public static StartSecret write(Place place) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String value = HexFormat.of().formatHex(random);
    Ownership ownership = Ownership.of("0600", place.owner(), null);
    Target target = new SingleTarget(place.path(), place.shared(), ownership, Disk.REAL);
    target.prepare();
    target.put(Map.of(Rendering.ITSELF, value.getBytes(StandardCharsets.US_ASCII)));
    return new StartSecret(target, place.path(), value);
  }

  public String value() {
    return value;
  }

  /** Takes the file away, unless another start has put its own value there. */
  public void remove() {
    try {
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && value.equals(new String(SmallFile.read(path, 2 * BYTES), StandardCharsets.US_ASCII))) {
        target.remove();
      }
    } catch (IOException stays) {
      LOG.log(
          System.Logger.Level.WARNING, "\"" + path + "\" cannot be deleted: " + stays.getMessage());
    }
  }
}
