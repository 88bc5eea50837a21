package io.mintmark.keys;

import java.time.Instant;
import org.bouncycastle.operator.ContentSigner;

/** The X.509 authority that signs at present. */
public final class Authority {
  private final SigningKey key;
  private final AuthorityCertificates certificates;

  Authority(SigningKey key, AuthorityCertificates certificates) {
    this.key = key;
    this.certificates = certificates;
  }

  public AuthorityCertificates certificates() {
    return certificates;
  }

  /** Nothing that it signs may outlive this. */
  public Instant notAfter() {
    return certificates.notAfter();
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
