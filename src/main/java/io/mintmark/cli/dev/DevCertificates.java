package io.mintmark.cli.dev;

import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/** The dev authority's own certificate and its SVIDs, signed with ES256. */
final class DevCertificates {
  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
  private static final Duration BACKDATED = Duration.ofSeconds(10);
  private static final SecureRandom RANDOM = new SecureRandom();

  private DevCertificates() {}

  static X509Certificate authority(TrustDomain trustDomain, KeyPair keys, Instant now)
      throws IOException {
    X500Name name = new X500Name("O=Mintmark,CN=Throw-away authority");
    X509v3CertificateBuilder builder =
        builder(name, name, keys.getPublic(), now, now.plus(AUTHORITY_LIFETIME));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    builder.addExtension(Extension.subjectKeyIdentifier, false, keyIdentifier(keys.getPublic()));
    builder.addExtension(Extension.subjectAlternativeName, false, uri(trustDomain.uri()));
    return sign(builder, keys.getPrivate());
  }

  static X509Certificate svid(
      X509Certificate authority,
      PrivateKey authorityKey,
      WorkloadId id,
      PublicKey key,
      Instant now,
      Duration ttl)
      throws IOException {
    X500Name issuer = X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder =
        builder(issuer, new X500Name("O=Mintmark"), key, now, now.plus(ttl));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(Extension.subjectKeyIdentifier, false, keyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier(keyIdentifier(authority.getPublicKey()).getKeyIdentifier()));
    builder.addExtension(Extension.subjectAlternativeName, false, uri(id.uri()));
    return sign(builder, authorityKey);
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant notAfter) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM).setBit(126),
        Date.from(now.minus(BACKDATED)),
        Date.from(notAfter),
        subject,
        SubjectPublicKeyInfo.getInstance(key.getEncoded()));
  }

  private static GeneralNames uri(String uri) {
    return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
  }

  /** The leftmost 160 bits of SHA-256 over the public key (RFC 7093 section 2). */
  private static SubjectKeyIdentifier keyIdentifier(PublicKey key) {
    byte[] bits = SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getBytes();
    return new SubjectKeyIdentifier(Arrays.copyOf(Crypto.sha256(bits), 20));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws IOException {
    byte[] der = builder.build(new Signer(key, new ByteArrayOutputStream())).getEncoded();
    try {
      return Certificates.parse(der, 1).getFirst();
    } catch (MalformedCertificate e) {
      throw new IllegalStateException("the certificate that was built does not parse", e);
    }
  }

  private record Signer(PrivateKey key, ByteArrayOutputStream bytes) implements ContentSigner {
    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public OutputStream getOutputStream() {
      return bytes;
    }

    @Override
    public byte[] getSignature() {
      return Crypto.signDer(SignatureAlgorithm.ES256, key, bytes.toByteArray());
    }
  }
}
