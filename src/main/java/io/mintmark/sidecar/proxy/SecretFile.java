package io.mintmark.sidecar.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The value that callers must know: made at each start, readable by the sidecar's user alone. */
final class SecretFile {
  private static final int BYTES = 32;

  private SecretFile() {}

  /** Makes a value, puts it in place whole, and returns it. */
  static String write(Path file) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String value = HexFormat.of().formatHex(random);
    Path whole = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      Files.deleteIfExists(whole);
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (var channel =
          Files.newByteChannel(
              whole, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
        channel.write(java.nio.ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new IOException(
          "the proxy's secret cannot be written to \"" + file + "\": " + unwritable.getMessage(),
          unwritable);
    }
    return value;
  }
}
