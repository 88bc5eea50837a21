package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.plan.Section;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A path that shells, systemd and INI files read alike without any quotes. */
final class PlainPath {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~+/:@%=,-]+");

  private PlainPath() {}

  /** Its text; one that would be read differently is an error of the section's {@code folder}. */
  static String text(Section to, Path path) {
    String text = path.toString();
    if (!PLAIN.matcher(text).matches()) {
      to.error("folder", "its path holds a character that the client's configuration cannot hold");
    }
    return text;
  }
}
