package io.mintmark.api;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The {@code Client-Cert} and {@code Client-Cert-Chain} headers (RFC 9440 section 2): structured
 * field byte sequences (RFC 8941 section 3.3.5), between colons, in base64 of DER.
 */
final class ClientCertHeader {
  static final String LEAF = "Client-Cert";
  static final String CHAIN = "Client-Cert-Chain";
  private static final int MAX_CERTIFICATES = 8;
  private static final int MAX_LENGTH = 48 * 1024;

  private ClientCertHeader() {}

  /** The chain, leaf first. */
  static List<X509Certificate> read(List<String> leaf, List<String> chain) throws Refusal {
    if (leaf.size() != 1) {
      throw Refusal.malformed("Client-Cert must be there once");
    }
    List<X509Certificate> certificates = new ArrayList<>();
    certificates.add(certificate(leaf.getFirst().strip()));
    String joined = String.join(",", chain);
    if (joined.length() > MAX_LENGTH) {
      throw Refusal.malformed("Client-Cert-Chain is too long");
    }
    if (!joined.isBlank()) {
      for (String item : joined.split(",", -1)) {
        if (certificates.size() == MAX_CERTIFICATES) {
          throw Refusal.malformed("Client-Cert-Chain has too many certificates");
        }
        certificates.add(certificate(item.strip()));
      }
    }
    return certificates;
  }

  private static X509Certificate certificate(String item) throws Refusal {
    int length = item.length();
    if (length < 3 || item.charAt(0) != ':' || item.charAt(length - 1) != ':') {
      throw Refusal.malformed("Client-Cert is not a byte sequence between colons");
    }
    try {
      byte[] der = Base64.getDecoder().decode(item.substring(1, length - 1));
      ByteArrayInputStream in = new ByteArrayInputStream(der);
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      // one header member is one certificate, or another reader might take another one
      if (in.available() > 0 || der[0] != 0x30) {
        throw Refusal.malformed("Client-Cert holds more than one DER certificate");
      }
      return certificate;
    } catch (IllegalArgumentException | CertificateException unreadable) {
      throw Refusal.malformed("Client-Cert holds no DER certificate");
    }
  }
}
