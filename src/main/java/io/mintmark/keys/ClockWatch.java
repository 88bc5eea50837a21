package io.mintmark.keys;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares the wall clock with a clock that cannot be set. While the two disagree, and for a while
 * after, and as long after a start, elapsed wall time does not prove that a key was published for
 * that long or that what it signed has expired.
 */
final class ClockWatch {
  /** A clock may be set back by this much, as it is when a time zone was confused, at no harm. */
  static final Duration SET_BACK = Duration.ofHours(3);

  private static final Duration TOLERANCE = Duration.ofMinutes(1);
  private final LongSupplier nanoTime;
  private final Duration settle;
  private final System.Logger log;
  private @Nullable Instant lastWall;
  private long lastNano;
  private long doubtBegan;
  private boolean doubt = true;

  ClockWatch(LongSupplier nanoTime, Duration settle) {
    this(nanoTime, settle, System.getLogger(ClockWatch.class.getName()));
  }

  ClockWatch(LongSupplier nanoTime, Duration settle, System.Logger log) {
    this.nanoTime = nanoTime;
    this.settle = settle;
    this.log = log;
    this.doubtBegan = nanoTime.getAsLong();
    this.lastNano = doubtBegan;
  }

  /** Whether wall time may be believed; call it at every turn. */
  boolean trusts(Instant now) {
    long nano = nanoTime.getAsLong();
    if (lastWall != null) {
      Duration wall = Duration.between(lastWall, now);
      Duration jump = wall.minusNanos(nano - lastNano);
      if (jump.abs().compareTo(TOLERANCE) > 0) {
        log.log(
            System.Logger.Level.WARNING,
            "the clock was set {0} by {1} s, or the machine slept: no key is activated by schedule"
                + " or removed until the clock has been steady for {2} s",
            jump.isNegative() ? "back" : "forward",
            Long.toString(jump.abs().toSeconds()),
            Long.toString(settle.toSeconds()));
        doubt = true;
        doubtBegan = nano;
      }
    }
    lastWall = now;
    lastNano = nano;
    if (doubt && nano - doubtBegan >= settle.toNanos()) {
      doubt = false;
    }
    return !doubt;
  }
}
