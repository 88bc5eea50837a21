package io.mintmark.sidecar.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The user that the sidecar runs as. */
public final class OwnUser {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int EFFECTIVE = 2;

  private OwnUser() {}

  /**
   * Its effective number. The owner of {@code /proc/self} is not asked: that is root where the
   * process is hidden from others of its user (see {@link OwnMemory}).
   */
  public static int id() throws IOException {
    return Files.exists(STATUS)
        ? effective(Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1))
        : (Integer) Files.getAttribute(Path.of(System.getProperty("user.home", "/")), "unix:uid");
  }

  /** Of proc_pid_status(5): real, effective, saved and file system's. */
  static int effective(List<String> status) throws IOException {
    for (String line : status) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals("Uid:") && words.length > EFFECTIVE) {
        return Integer.parseUnsignedInt(words[EFFECTIVE]);
      }
    }
    throw new IOException("\"" + STATUS + "\" names no user");
  }
}
