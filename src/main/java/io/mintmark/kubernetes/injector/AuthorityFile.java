package io.mintmark.kubernetes.injector;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of certificate authorities in PEM, which is read each time it is needed. */
public final class AuthorityFile {
  private static final int MAX_BYTES = 64 * 1024;

  private AuthorityFile() {}

  /** Throws an {@link IOException} with a sentence where it holds none, or over 64 KiB. */
  public static String read(Path file) throws IOException {
    byte[] pem;
    try (InputStream in = Files.newInputStream(file)) {
      pem = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException unreadable) {
      throw new IOException("\"" + file + "\" cannot be read", unreadable);
    }
    String text = new String(pem, StandardCharsets.US_ASCII);
    if (pem.length > MAX_BYTES || !text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new IOException("\"" + file + "\" holds no certificates, or over 64 KiB");
    }
    return text;
  }
}
