package io.mintmark.kubernetes.injector;

import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of certificate authorities in PEM, which is read each time it is needed. What it says is
 * published: it is taken apart, so that nothing but certificates can come of it, and a file that
 * holds a key as well is refused.
 */
public final class AuthorityFile {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_AUTHORITIES = 64;

  private AuthorityFile() {}

  /**
   * The certificates in PEM. Throws an {@link IOException} with a sentence where there are none, or
   * over 64 or 64 KiB, or anything else.
   */
  public static String read(Path file) throws IOException {
    byte[] pem;
    try (InputStream in = Files.newInputStream(file)) {
      pem = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException unreadable) {
      throw new IOException("\"" + file + "\" cannot be read", unreadable);
    }
    if (pem.length > MAX_BYTES) {
      throw new IOException("\"" + file + "\" has over 64 KiB");
    }
    try {
      return Certificates.pem(Certificates.parse(pem, MAX_AUTHORITIES));
    } catch (MalformedCertificate malformed) {
      throw new IOException(
          "\"" + file + "\" is no file of certificates alone: " + malformed.getMessage());
    }
  }
}
