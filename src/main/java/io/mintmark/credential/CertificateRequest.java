package io.mintmark.credential;

import java.security.PublicKey;

/**
 * A PKCS #10 request (RFC 2986) whose signature shows possession of its key; nothing else of it is
 * read.
 */
public record CertificateRequest(PublicKey key) {
  /**
   * Parses DER or PEM of at most 16 KiB and checks the request's own signature. Keys: EC P-256,
   * P-384, P-521, RSA 2048 to 8192 bits, Ed25519. Throws {@link MalformedCsr}.
   */
  public static CertificateRequest parse(byte[] bytes) throws MalformedCsr {
    throw new UnsupportedOperationException();
  }
}
