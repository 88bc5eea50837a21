package io.mintmark.keys;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of an X.509 authority.
 *
 * @param issuer the certificate whose key signs SVIDs
 * @param chain what goes after the leaf in an SVID: from {@code issuer} upwards without the root;
 *     empty where the issuer is the root
 * @param roots what verifiers are given to trust
 */
public record AuthorityCertificates(
    X509Certificate issuer, List<X509Certificate> chain, List<X509Certificate> roots) {
  public AuthorityCertificates {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("an authority has at least one root");
    }
  }

  /** The earliest end of any certificate that a verifier's path can need, roots given aside. */
  public Instant notAfter() {
    Instant end = issuer.getNotAfter().toInstant();
    for (X509Certificate certificate : chain) {
      Instant next = certificate.getNotAfter().toInstant();
      end = next.isBefore(end) ? next : end;
    }
    return end;
  }

  public Instant notBefore() {
    Instant start = issuer.getNotBefore().toInstant();
    for (X509Certificate certificate : chain) {
      Instant next = certificate.getNotBefore().toInstant();
      start = next.isAfter(start) ? next : start;
    }
    return start;
  }
}
