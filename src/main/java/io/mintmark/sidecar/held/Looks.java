package io.mintmark.sidecar.held;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When the next look at what is due comes: one is arranged at a time, the soonest asked for. */
final class Looks {
  private static final Duration LEAST = Duration.ofMillis(10);

  private final ScheduledExecutorService timer;
  private final Runnable look;
  private @Nullable ScheduledFuture<?> next;
  private boolean closed;

  Looks(ScheduledExecutorService timer, Runnable look) {
    this.timer = timer;
    this.look = look;
  }

  /** Has a look come no later than after this time. */
  synchronized void within(Duration pause) {
    long nanos = Math.max(pause.toNanos(), LEAST.toNanos());
    ScheduledFuture<?> arranged = next;
    if (closed || (arranged != null && arranged.getDelay(TimeUnit.NANOSECONDS) <= nanos)) {
      return;
    }
    if (arranged != null) {
      arranged.cancel(false);
    }
    try {
      next = timer.schedule(this::begin, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopped) {
      closed = true; // the sidecar stops
    }
  }

  /** Runs a task without the locks that the caller holds. */
  void aside(Runnable task) {
    try {
      timer.execute(task);
    } catch (RejectedExecutionException stopped) {
      task.run(); // the sidecar stops
    }
  }

  synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void begin() {
    synchronized (this) {
      next = null;
    }
    look.run();
  }
}
