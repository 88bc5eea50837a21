package io.mintmark.evidence;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Where keys are kept fresh, away from the threads that attest; one for all sources. */
public interface Background extends AutoCloseable {
  /** Runs a task that may wait. */
  void run(Runnable task);

  /** Runs a task that may wait after a delay. */
  Pending later(Duration delay, Runnable task);

  @Override
  void close();

  /** A task that has not begun. */
  @FunctionalInterface
  interface Pending {
    void cancel();
  }

  /** One daemon thread that keeps time, and a virtual thread for each task. */
  static Background daemon() {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mintmark-refresh").factory());
    return new Background() {
      @Override
      public void run(Runnable task) {
        Thread.ofVirtual().name("mintmark-refresh").start(task);
      }

      @Override
      public Pending later(Duration delay, Runnable task) {
        try {
          ScheduledFuture<?> scheduled =
              timer.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
          return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
          return () -> {};
        }
      }

      @Override
      public void close() {
        timer.shutdownNow();
      }
    };
  }
}
