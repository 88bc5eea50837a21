package io.mintmark.storage.jdbc;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How much of the machine the projection takes.
 *
 * @param poll how long it waits where there is nothing to do
 * @param rest while the ledger grows, it rests this many times as long as it worked
 * @param busyRest the same while the machine has little to spare: what waits for it then can wait,
 *     and what it would take are exchanges
 * @param firstRetry how long it waits after a failure; each further failure doubles it
 * @param longestRetry the most that it waits after a failure
 * @param load how much of the machine's processors is taken, from 0 to 1; anything else where that
 *     is not known
 */
record Pace(
    Duration poll,
    int rest,
    int busyRest,
    Duration firstRetry,
    Duration longestRetry,
    DoubleSupplier load) {
  private static final double BUSY = 0.75;
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /**
   * A tenth of one core while exchanges come in, a fortieth while the machine is busy, all of one
   * where no exchanges come.
   */
  static Pace gentle() {
    return gentle(
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system::getCpuLoad
            : () -> 0);
  }

  static Pace gentle(DoubleSupplier load) {
    return new Pace(
        Duration.ofMillis(250), 9, 39, Duration.ofSeconds(1), Duration.ofMinutes(1), load);
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
    double taken = load.getAsDouble();
    Duration wait = worked.multipliedBy(taken > BUSY && taken <= 1 ? busyRest : rest);
    return wait.compareTo(LONGEST_REST) < 0 ? wait : LONGEST_REST;
  }
}
