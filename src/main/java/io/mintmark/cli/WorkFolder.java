package io.mintmark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is nobody else's and goes with what it was made for. It has its name before it is
 * there, so that what removes it can be arranged first: a process that is stopped in between leaves
 * none.
 */
public final class WorkFolder {
  private static final int ATTEMPTS = 100;

  private WorkFolder() {}

  /**
   * @param parent null for the system's own place for such
   * @param prefix of its name
   */
  public static Path name(@Nullable Path parent, String prefix) {
    Path within = parent == null ? Path.of(System.getProperty("java.io.tmpdir")) : parent;
    return within.resolve(prefix + UUID.randomUUID());
  }

  public static void make(Path folder) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectory(folder, mode);
  }

  /** Again where a thread that is about to end still wrote to it. */
  public static void remove(Path folder) {
    for (int i = 0; i < ATTEMPTS && Files.exists(folder); i++) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException left) {
        // a temporary folder that somebody else will clean, where this was the last attempt
      }
    }
  }
}
