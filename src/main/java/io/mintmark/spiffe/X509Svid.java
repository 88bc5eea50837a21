package io.mintmark.spiffe;

import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** X.509-SVID validation (SPIFFE X509-SVID sections 2 to 5, RFC 5280 path validation). */
public final class X509Svid {
  private X509Svid() {}

  /** The trust domain that the unverified leaf's URI SAN claims. */
  public static TrustDomain claimedTrustDomain(X509Certificate leaf) {
    throw new UnsupportedOperationException();
  }

  /**
   * Validates a chain, leaf first and at most 8 long, against the one bundle of its trust domain.
   */
  public static SvidCheck validate(List<X509Certificate> chain, Bundle bundle, Instant now) {
    throw new UnsupportedOperationException();
  }
}
