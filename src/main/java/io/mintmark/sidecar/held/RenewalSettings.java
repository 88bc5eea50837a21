package io.mintmark.sidecar.held;

import java.time.Duration;

/**
 * How credentials are renewed.
 *
 * @param share of a credential's life after which it is renewed
 * @param spread of that share, so that not all sidecars renew at once
 * @param least the shortest time from one renewal to the next, however little life is left: halves
 *     of halves would come without end
 * @param firstRetry the pause after one failure; it doubles with each
 * @param lastRetry the longest pause
 * @param longestWish the longest pause that the broker can ask for
 * @param refusedPause the least time between two renewals that a resource's refusal asked for
 * @param unused after which a credential that only callers wanted is let go
 * @param most credentials that callers can make wanted
 */
public record RenewalSettings(
    double share,
    double spread,
    Duration least,
    Duration firstRetry,
    Duration lastRetry,
    Duration longestWish,
    Duration refusedPause,
    Duration unused,
    int most) {
  public static final RenewalSettings DEFAULT =
      new RenewalSettings(
          0.5,
          0.1,
          Duration.ofMillis(250),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          256);
}
