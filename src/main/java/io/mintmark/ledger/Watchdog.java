package io.mintmark.ledger;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Looks ten times a patience whether an append has waited too long for the disk. */
final class Watchdog {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mintmark-ledger-watchdog").factory());
  private final JournalState state;
  private final long patience;

  Watchdog(JournalState state, Duration patience) {
    this.state = state;
    this.patience = patience.toNanos();
  }

  void start() {
    long period = Math.max(1, patience / 10);
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(
            () -> state.watch(System.nanoTime(), patience), period, period, TimeUnit.NANOSECONDS);
  }

  void stop() {
    timer.shutdownNow();
  }
}
