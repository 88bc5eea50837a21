package io.mintmark;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether tasks on virtual threads are still run. After a time in which no thread could be made for
 * them, JDK 25 may take such tasks and run none of them, for good: whatever waits for keys, an API
 * server or a key source would wait in silence. A task at each beat shows it, and keeps the JDK's
 * threads from ending for want of work, so that there are some when others have taken all.
 */
final class Pulse {
  /** Shorter than the half minute after which a thread that runs virtual ones ends. */
  static final Duration BEAT = Duration.ofSeconds(10);

  private static final int MOST_MISSED = 6;

  private final Executor threads;
  private final AtomicInteger missed = new AtomicInteger();

  Pulse() {
    this(task -> Thread.ofVirtual().name("mintmark-pulse").start(task));
  }

  Pulse(Executor threads) {
    this.threads = threads;
  }

  /** Beats are counted, not timed: a process that was stopped for a while has missed none. */
  void beat() {
    missed.incrementAndGet();
    try {
      threads.execute(() -> missed.set(0));
    } catch (OutOfMemoryError noThread) {
      // as good as a task that is not run
    }
  }

  /** Whether none of a minute's tasks was run, which only a restart mends. */
  boolean isLost() {
    return missed.get() > MOST_MISSED;
  }
}
