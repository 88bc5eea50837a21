package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.UnusableKeys;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** X.509 authorities as PEM, or as DER one after the other. */
final class Authorities {
  private static final int MAX_AUTHORITIES = 1000;

  private Authorities() {}

  static List<X509Certificate> parse(byte[] bytes) throws UnusableKeys {
    Collection<? extends Certificate> certificates;
    try {
      certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw new UnusableKeys("the certificates cannot be read");
    }
    if (certificates.isEmpty() || certificates.size() > MAX_AUTHORITIES) {
      throw new UnusableKeys("there are no certificates, or more than " + MAX_AUTHORITIES);
    }
    List<X509Certificate> authorities = new ArrayList<>();
    for (Certificate certificate : certificates) {
      if (!(certificate instanceof X509Certificate x509) || x509.getBasicConstraints() < 0) {
        throw new UnusableKeys("a certificate is not one of an authority");
      }
      authorities.add(x509);
    }
    return authorities;
  }
}
