package io.mintmark.evidence;

import java.time.Duration;

/** Where keys are kept fresh, away from the threads that attest; one for all sources. */
public interface Background extends AutoCloseable {
  /** Runs a task that may wait, as soon as there is a thread for it. */
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
    return new DaemonBackground(Thread.ofVirtual().name("mintmark-refresh").factory());
  }
}
