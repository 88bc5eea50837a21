package io.mintmark.sidecar.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what an operator names: a regular file within a bound, and never a pipe or a device. */
public final class SmallFile {
  private SmallFile() {}

  public static byte[] read(Path file, int maxBytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("\"" + file + "\" is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException("\"" + file + "\" is larger than " + maxBytes + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException absent) {
      throw new IOException("there is no file \"" + file + "\"", absent);
    } catch (AccessDeniedException denied) {
      throw new IOException("\"" + file + "\" may not be read", denied);
    }
  }
}
