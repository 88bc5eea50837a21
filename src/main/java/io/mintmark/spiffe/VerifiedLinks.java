package io.mintmark.spiffe;

import io.mintmark.jose.Crypto;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers that a key signed a certificate, which is true for ever: a client that sends many
 * requests over one connection costs one verification. What may change (validity, the authority's
 * presence in the bundle, every rule) is checked at every request and never remembered.
 *
 * <p>Two generations bound the memory: when the young one is full it becomes the old one.
 */
final class VerifiedLinks {
  private final int limit;
  private volatile Set<String> young = ConcurrentHashMap.newKeySet();
  private volatile Set<String> old = Set.of();

  VerifiedLinks(int limit) {
    this.limit = limit;
  }

  boolean signed(X509Certificate certificate, PublicKey issuer) {
    String link;
    try {
      link = link(certificate.getEncoded(), issuer.getEncoded());
    } catch (CertificateEncodingException e) {
      return false;
    }
    if (young.contains(link)) {
      return true;
    }
    if (!old.contains(link) && !Crypto.verifyCertificate(certificate, issuer)) {
      return false;
    }
    remember(link);
    return true;
  }

  int size() {
    return young.size() + old.size();
  }

  private void remember(String link) {
    Set<String> current = young;
    if (current.size() >= limit) {
      synchronized (this) {
        if (young == current) {
          old = current;
          young = ConcurrentHashMap.newKeySet();
        }
        current = young;
      }
    }
    current.add(link);
  }

  private static String link(byte[] certificate, byte[] issuer) {
    byte[] both = Arrays.copyOf(Crypto.sha256(certificate), 64);
    System.arraycopy(Crypto.sha256(issuer), 0, both, 32, 32);
    return HexFormat.of().formatHex(both);
  }
}
