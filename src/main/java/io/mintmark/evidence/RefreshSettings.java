package io.mintmark.evidence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a source is asked again, and how long its keys are believed.
 *
 * @param interval where the source does not say
 * @param minInterval the source cannot ask for less
 * @param maxInterval the source cannot ask for more
 * @param maxAge keys that were last known to be good longer ago are not believed
 * @param cooldown between an attempt and the next that an unknown key ID makes
 * @param patience how long an attestation waits for an attempt
 * @param firstRetry after a failure; doubled with each further one
 * @param lastRetry the longest time between retries
 */
public record RefreshSettings(
    Duration interval,
    Duration minInterval,
    Duration maxInterval,
    Duration maxAge,
    Duration cooldown,
    Duration patience,
    Duration firstRetry,
    Duration lastRetry) {
  private static final int MOST_DOUBLINGS = 20;

  /** For keys that come over a network (SPIFFE Federation section 5.2: five minutes). */
  public static final RefreshSettings DEFAULT =
      new RefreshSettings(
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofHours(24),
          Duration.ofSeconds(10),
          Duration.ofSeconds(6),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5));

  /**
   * How long to wait after keys were had. The last fifth is left for jitter: attempts are early,
   * never late.
   *
   * @param asked what the source asks for
   * @param jitter from 0 to 1
   */
  Duration pause(@Nullable Duration asked, double jitter) {
    Duration wait = clamped(asked == null ? interval : asked, minInterval, maxInterval);
    return jittered(wait, 0.8, jitter);
  }

  /**
   * How long to wait after attempts have failed.
   *
   * @param failures how many of them, one after the other
   * @param jitter from 0 to 1
   */
  Duration retry(int failures, double jitter) {
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    Duration wait = clamped(firstRetry.multipliedBy(1L << doublings), firstRetry, lastRetry);
    return jittered(wait, 0.5, jitter);
  }

  private static Duration jittered(Duration longest, double least, double jitter) {
    return Duration.ofNanos((long) (longest.toNanos() * (least + (1 - least) * jitter)));
  }

  private static Duration clamped(Duration value, Duration least, Duration most) {
    return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
  }

  /** The same for files, which are looked at every two seconds. */
  public RefreshSettings polling() {
    Duration poll = Duration.ofSeconds(2);
    return new RefreshSettings(poll, poll, poll, maxAge, poll, patience, poll, poll);
  }

  public RefreshSettings withMaxAge(Duration age) {
    return new RefreshSettings(
        interval, minInterval, maxInterval, age, cooldown, patience, firstRetry, lastRetry);
  }
}
