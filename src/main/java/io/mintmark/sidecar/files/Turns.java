package io.mintmark.sidecar.files;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs one piece of work, one turn at a time; calls that come during a turn are one more turn. */
final class Turns {
  private static final System.Logger LOG = System.getLogger(Turns.class.getName());

  private final Runnable work;
  private final Executor workers;
  private final ScheduledExecutorService timer;
  private boolean due;
  private boolean running;
  private boolean stopped;

  Turns(Runnable work, Executor workers, ScheduledExecutorService timer) {
    this.work = work;
    this.workers = workers;
    this.timer = timer;
  }

  synchronized void wake() {
    due = true;
    if (running || stopped) {
      return;
    }
    running = true;
    try {
      workers.execute(this::run);
    } catch (RejectedExecutionException busy) {
      running = false;
      wakeAfter(Duration.ofSeconds(1));
    }
  }

  void wakeAfter(Duration pause) {
    try {
      var _ = timer.schedule(this::wake, Math.max(10, pause.toMillis()), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.log(System.Logger.Level.DEBUG, "the sidecar stops");
    }
  }

  /**
   * Begins no more turns and waits for the one that runs.
   *
   * @return whether another turn was due
   */
  synchronized boolean stop(Duration grace) {
    stopped = true;
    long end = System.nanoTime() + grace.toNanos();
    while (running && System.nanoTime() - end < 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
        return due;
      }
    }
    return due;
  }

  private void run() {
    while (begin()) {
      try {
        work.run();
      } catch (RuntimeException bug) {
        LOG.log(System.Logger.Level.ERROR, "a delivery failed unexpectedly", bug);
      }
    }
  }

  private synchronized boolean begin() {
    running = due && !stopped;
    if (running) {
      due = false;
    } else {
      notifyAll();
    }
    return running;
  }
}
