package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user that the sidecar runs as. */
final class OwnUser {
  private OwnUser() {}

  /** Its number; new processes of /proc belong to who runs them. */
  static int id() throws IOException {
    Path self = Path.of("/proc/self");
    Path known = Files.exists(self) ? self : Path.of(System.getProperty("user.home", "/"));
    return Files.getAttribute(known, "unix:uid") instanceof Integer uid ? uid : -1;
  }
}
