package io.mintmark.storage.jdbc;

import java.time.Duration;

/**
 * How much of the machine the projection takes.
 *
 * @param poll how long it waits where there is nothing to do
 * @param rest while the ledger grows, it rests this many times as long as it worked
 * @param firstRetry how long it waits after a failure; each further failure doubles it
 * @param longestRetry the most that it waits after a failure
 */
record Pace(Duration poll, int rest, Duration firstRetry, Duration longestRetry) {
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** A tenth of one core while exchanges come in, all of one where none do. */
  static Pace gentle() {
    return new Pace(Duration.ofMillis(250), 9, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  Duration beforeAttempt(int failures) {
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration wait = firstRetry.multipliedBy(1L << Math.min(failures - 1, 16));
    return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
  }

  Duration afterBatch(boolean full, boolean ledgerGrew, Duration worked) {
    if (!full) {
      return poll;
    }
    if (!ledgerGrew) {
      return Duration.ZERO;
    }
    Duration wait = worked.multipliedBy(rest);
    return wait.compareTo(LONGEST_REST) < 0 ? wait : LONGEST_REST;
  }
}
