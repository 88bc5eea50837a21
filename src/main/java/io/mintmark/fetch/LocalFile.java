package io.mintmark.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of our own side, looked at anew each time; prints as operators know it. */
public interface LocalFile {
  /**
   * Reads it whole, without waiting for anybody.
   *
   * @throws IOException with the reason in words for operators, without the file's name
   */
  byte[] read(int maxBytes) throws IOException;

  /** A regular file at a path that an operator chose, links followed: platforms mount tokens so. */
  static LocalFile at(Path path) {
    return new LocalFile() {
      @Override
      public byte[] read(int maxBytes) throws IOException {
        return readAt(path, maxBytes);
      }

      @Override
      public String toString() {
        return path.toString();
      }
    };
  }

  private static byte[] readAt(Path path, int maxBytes) throws IOException {
    try {
      Path real = path.toRealPath();
      // a pipe would wait for ever, a device would never end
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("is not a regular file");
      }
      try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
          throw new IOException("is larger than " + maxBytes + " bytes");
        }
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new IOException("does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException("cannot be read: permission denied", e);
    }
  }
}
