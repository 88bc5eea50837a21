package io.mintmark.sidecar.files;

import io.mintmark.sidecar.delivery.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Does what is to be done after a file was written: one at a time for each file, and once for all
 * renewals that came meanwhile. What fails is logged and counted, and stops nothing.
 */
final class HookRunner {
  private static final System.Logger LOG = System.getLogger(HookRunner.class.getName());
  private static final Duration TURN = Duration.ofMillis(200);

  /** Hooks that hang must leave workers for renewals, so that only so many run in a process. */
  private static final Semaphore PLACES = new Semaphore(2, true);

  private final HookPlan plan;
  private final Path path;
  private final String name;
  private final Surroundings surroundings;
  private final Turns turns;
  private volatile boolean postponed;

  HookRunner(HookPlan plan, Path path, String name, Surroundings surroundings) {
    this.plan = plan;
    this.path = path;
    this.name = name;
    this.surroundings = surroundings;
    this.turns = new Turns(this::run, surroundings.workers(), surroundings.timer());
  }

  void fire() {
    turns.wake();
  }

  /**
   * What is due is done first, within the hook's own limit of time: who reads the file may know of
   * the last renewal by nothing else.
   */
  void stop(Duration grace) {
    Duration running = plan.timeout().plus(TURN);
    boolean due = turns.stop(grace.isZero() || grace.compareTo(running) > 0 ? grace : running);
    try {
      if ((due || postponed) && PLACES.tryAcquire(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        act();
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    postponed = !PLACES.tryAcquire();
    if (postponed) {
      turns.wakeAfter(TURN);
    } else {
      act();
    }
  }

  /** With a place in hand. */
  private void act() {
    try {
      switch (plan.action()) {
        case HookPlan.Signal signal -> SignalHook.run(signal);
        case HookPlan.Command command -> CommandHook.run(command, path, plan.timeout());
        case HookPlan.Http http -> HttpHook.run(http, plan.timeout(), surroundings.timer());
      }
      count("done");
    } catch (IOException failed) {
      count("failed");
      LOG.log(
          System.Logger.Level.WARNING,
          name + ": its hook (" + plan.action().kind() + ") failed: " + failed.getMessage());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      PLACES.release();
    }
  }

  private void count(String outcome) {
    surroundings
        .meters()
        .counter("mintmark.sidecar.hooks", "kind", plan.action().kind(), "outcome", outcome)
        .increment();
  }
}
