package io.mintmark.evidence;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One daemon thread that keeps time, and a thread for each task, which waits for one to be had. */
final class DaemonBackground implements Background {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mintmark-refresh").factory());
  private final ThreadFactory threads;

  DaemonBackground(ThreadFactory threads) {
    this.threads = threads;
  }

  @Override
  public void run(Runnable task) {
    AtomicBoolean taken = new AtomicBoolean();
    try {
      threads.newThread(() -> run(task, taken)).start();
    } catch (OutOfMemoryError noThread) {
      // the JDK may begin it all the same, as soon as there is a thread for it
      if (!taken.getAndSet(true)) {
        var _ = later(AGAIN, task);
      }
    }
  }

  private static void run(Runnable task, AtomicBoolean taken) {
    if (!taken.getAndSet(true)) {
      task.run();
    }
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
}
