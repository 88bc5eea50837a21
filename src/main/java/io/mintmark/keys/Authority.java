package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.operator.ContentSigner;

/** The X.509 authority that signs at present. */
public final class Authority {
  private final SigningKey key;
  private final AuthorityCertificates certificates;
  private final Instant notBefore;
  private final Instant notAfter;
  private final X500Name name;
  private final byte[] keyIdentifier;
  private final List<byte[]> encodedChain;

  Authority(SigningKey key, AuthorityCertificates certificates) {
    this.key = key;
    this.certificates = certificates;
    this.notBefore = certificates.notBefore();
    this.notAfter = certificates.notAfter();
    X509Certificate issuer = certificates.issuer();
    this.name = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    byte[] extension = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    this.keyIdentifier =
        extension == null
            ? new byte[0]
            : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                .getKeyIdentifier();
    this.encodedChain = certificates.chain().stream().map(Authority::encoded).toList();
  }

  public AuthorityCertificates certificates() {
    return certificates;
  }

  /** Nothing that it signs may outlive this. */
  public Instant notAfter() {
    return notAfter;
  }

  /** Nothing that it signs may begin before this. */
  public Instant notBefore() {
    return notBefore;
  }

  /** The issuer's name, byte by byte as its own certificate has it. */
  public X500Name name() {
    return name;
  }

  /** The issuer's subject key identifier; empty where its certificate has none. */
  public byte[] keyIdentifier() {
    return keyIdentifier.clone();
  }

  /** The chain of {@link #certificates()}, each certificate in DER. */
  public List<byte[]> encodedChain() {
    return encodedChain.stream().map(byte[]::clone).toList();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("the authority's certificate cannot be encoded", e);
    }
  }

  /** What it signs with. */
  public SignatureAlgorithm algorithm() {
    return key.algorithm();
  }

  /** A signer for one certificate. */
  public ContentSigner contentSigner() {
    return new KeyContentSigner(key);
  }

  @Override
  public String toString() {
    return "Authority[" + certificates.issuer().getSubjectX500Principal() + ", redacted]";
  }
}
