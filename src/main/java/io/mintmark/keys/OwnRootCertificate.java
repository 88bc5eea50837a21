package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/**
 * A self-signed SPIFFE signing certificate (X509-SVID sections 2 to 4): the trust domain's SPIFFE
 * ID, without a path, as its only URI SAN; CA; key usage critical with keyCertSign and cRLSign.
 */
final class OwnRootCertificate {
  private OwnRootCertificate() {}

  static X509Certificate of(
      TrustDomain trustDomain, SigningKey key, Instant now, Instant notAfter) {
    SubjectPublicKeyInfo publicKey = SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded());
    BigInteger serial = serial(publicKey);
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, "Mintmark")
            .addRDN(BCStyle.SERIALNUMBER, serial.toString(16))
            .build();
    try {
      var builder =
          new X509v3CertificateBuilder(
              name,
              serial,
              Date.from(now.minus(ClockWatch.SET_BACK)),
              Date.from(notAfter),
              name,
              publicKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(publicKey)));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName(GeneralName.uniformResourceIdentifier, trustDomain.uri())));
      return Certificates.parse(builder.build(new KeyContentSigner(key)).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("cannot build an authority certificate", e);
    }
  }

  /** RFC 7093 section 2, method 1. */
  private static byte[] keyId(SubjectPublicKeyInfo key) {
    return Arrays.copyOf(Crypto.sha256(key.getPublicKeyData().getBytes()), 20);
  }

  /** The key is random and has one certificate, so its digest is unique as RFC 5280 wants. */
  private static BigInteger serial(SubjectPublicKeyInfo key) {
    byte[] digest = Arrays.copyOf(Crypto.sha256(key.getPublicKeyData().getBytes()), 16);
    digest[0] = (byte) ((digest[0] & 0x3f) | 0x40);
    return new BigInteger(1, digest);
  }
}
