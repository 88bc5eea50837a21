package io.mintmark.spiffe;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.jspecify.annotations.Nullable;

/** Certificates to order, right and wrong ones. */
public final class Pki {
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** A certificate and its key. */
  public record Issued(X509Certificate certificate, KeyPair keys) {}

  private final List<Extension> extensions = new ArrayList<>();
  private String subject = "CN=leaf";
  private Instant notBefore = NOW.minusSeconds(60);
  private Instant notAfter = NOW.plus(Duration.ofHours(1));
  private @Nullable KeyPair keys;
  private @Nullable PublicKey publicKey;

  public static Pki bare() {
    return new Pki();
  }

  /** A leaf as the specification wants it. */
  public static Pki leaf(String uri) {
    return bare()
        .keyUsage(true, KeyUsage.digitalSignature)
        .purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
        .uris(uri);
  }

  /** A signing certificate as the specification wants it. */
  public static Pki authority(String name) {
    return bare()
        .subject(name)
        .ca(true, null)
        .keyUsage(true, KeyUsage.keyCertSign | KeyUsage.cRLSign);
  }

  public Pki subject(String name) {
    subject = name;
    return this;
  }

  public Pki valid(Instant from, Instant to) {
    notBefore = from;
    notAfter = to;
    return this;
  }

  public Pki keys(KeyPair pair) {
    keys = pair;
    return this;
  }

  public Pki publicKey(PublicKey key) {
    publicKey = key;
    return this;
  }

  public Pki ca(boolean ca, @Nullable Integer pathLength) {
    BasicConstraints constraints =
        pathLength == null ? new BasicConstraints(ca) : new BasicConstraints(pathLength);
    return extension(Extension.basicConstraints, true, constraints);
  }

  public Pki keyUsage(boolean critical, int bits) {
    return extension(Extension.keyUsage, critical, new KeyUsage(bits));
  }

  public Pki purposes(KeyPurposeId... purposes) {
    return extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
  }

  public Pki uris(String... uris) {
    GeneralName[] names = new GeneralName[uris.length];
    for (int i = 0; i < uris.length; i++) {
      names[i] = new GeneralName(GeneralName.uniformResourceIdentifier, uris[i]);
    }
    return names(names);
  }

  public Pki names(GeneralName... names) {
    return extension(Extension.subjectAlternativeName, false, new GeneralNames(names));
  }

  /** Sets the extension, in place of one of the same type. */
  public Pki extension(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
    without(type);
    try {
      extensions.add(Extension.create(type, critical, value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Pki without(ASN1ObjectIdentifier type) {
    extensions.removeIf(each -> each.getExtnId().equals(type));
    return this;
  }

  public Issued selfSigned() {
    KeyPair pair = keys == null ? Crypto.generate(SignatureAlgorithm.ES256) : keys;
    keys = pair;
    return sign(new X500Name(subject), pair.getPrivate(), pair);
  }

  public Issued by(Issued issuer) {
    KeyPair pair = keys == null ? Crypto.generate(SignatureAlgorithm.ES256) : keys;
    return sign(
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded()),
        issuer.keys().getPrivate(),
        pair);
  }

  private Issued sign(X500Name issuer, PrivateKey issuerKey, KeyPair pair) {
    PublicKey subjectKey = publicKey == null ? pair.getPublic() : publicKey;
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(notBefore),
            Date.from(notAfter),
            new X500Name(subject),
            SubjectPublicKeyInfo.getInstance(subjectKey.getEncoded()));
    try {
      for (Extension extension : extensions) {
        builder.addExtension(extension);
      }
      byte[] der = builder.build(new Signer(issuerKey)).getEncoded();
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new Issued(certificate, pair);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Signer(PrivateKey key, ByteArrayOutputStream bytes) implements ContentSigner {
    Signer(PrivateKey key) {
      this(key, new ByteArrayOutputStream());
    }

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
