package io.mintmark.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of our own side, bounded. */
final class LocalFile {
  private LocalFile() {}

  static byte[] read(Path file, int maxBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }
}
