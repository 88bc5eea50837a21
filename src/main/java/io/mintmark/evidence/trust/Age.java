package io.mintmark.evidence.trust;

import java.time.Duration;
import java.time.Instant;

/** Maximum ages. */
final class Age {
  private Age() {}

  /** When evidence ends: at its expiry, or when it is too old if that is earlier. */
  static Instant end(Instant issuedAt, Duration maxAge, Instant expiresAt) {
    Instant tooOld = issuedAt.plus(maxAge);
    return tooOld.isBefore(expiresAt) ? tooOld : expiresAt;
  }
}
