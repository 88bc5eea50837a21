package io.mintmark.spiffe;

import io.mintmark.jose.Jws;
import io.mintmark.workload.TrustDomain;
import java.time.Instant;

/**
 * JWT-SVID validation (SPIFFE JWT-SVID sections 3 and 4, with the audience rule of SPIFFE client
 * authentication).
 */
public final class JwtSvid {
  private JwtSvid() {}

  /**
   * The trust domain that the unverified {@code sub} claims, which picks the bundle and nothing
   * else.
   */
  public static TrustDomain claimedTrustDomain(Jws jws) {
    throw new UnsupportedOperationException();
  }

  /**
   * Validates a JWT-SVID against the one bundle of its trust domain. The audience must be {@code
   * audience} and nothing else. No leeway on {@code exp}, 30 s on {@code iat} and {@code nbf}.
   */
  public static SvidCheck validate(Jws jws, Bundle bundle, String audience, Instant now) {
    throw new UnsupportedOperationException();
  }
}
