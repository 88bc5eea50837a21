package io.mintmark.ledger;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the journal's threads know together: whether records are taken, and what is being written.
 * The monitor is held for moments only, never while the disk is waited for.
 */
final class JournalState {
  private final Waiting waiting;
  private final Executor fallback;
  private final LedgerListener listener;
  private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
  private final AtomicInteger untold = new AtomicInteger();
  private List<Waiting.Append> inFlight = List.of();
  private boolean stalled;
  private boolean closed;
  private volatile @Nullable String problem;
  private volatile boolean broken;
  private volatile long records;

  JournalState(Waiting waiting, Executor fallback, LedgerListener listener, long records) {
    this.waiting = waiting;
    this.fallback = fallback;
    this.listener = listener;
    this.records = records;
  }

  /** Why no record is taken; null where they are. */
  @Nullable String problem() {
    return problem;
  }

  /** How many records are durable. */
  long records() {
    return records;
  }

  /** So many are durable, some of them the journal's own. */
  void durable(long all) {
    records = all;
  }

  /** The writer begins to write a batch. */
  synchronized void writing(List<Waiting.Append> batch) {
    inFlight = batch;
  }

  /** Acknowledges what is durable now, the first of it at {@code first}. */
  void written(List<Waiting.Append> batch, long first) {
    records = first + batch.size();
    Completions completions = new Completions(fallback);
    long seq = first;
    for (Waiting.Append append : batch) {
      if (append.settle()) {
        waiting.done(append);
        completions.durable(append, seq);
      }
      seq++;
    }
    completions.run();
  }

  /** The writer is at work and its disk answers: what the watchdog said no longer holds. */
  void alive() {
    boolean recovered;
    synchronized (this) {
      inFlight = List.of();
      recovered = stalled && !closed;
      if (recovered) {
        problem = null;
        news.add(listener::recovered);
      }
      stalled = false;
    }
    if (recovered) {
      tell();
    }
  }

  /** The writer failed: nothing is taken until {@link #repaired}. */
  void failed(String why) {
    boolean stops;
    synchronized (this) {
      stops = problem == null;
      stalled = false;
      if (!closed) {
        problem = why;
      }
      if (stops) {
        news.add(() -> listener.stopped(why));
      }
    }
    refuse(why);
    synchronized (this) {
      // or the watchdog would take what failed for what the repaired writer still waits for
      inFlight = List.of();
    }
    if (stops) {
      tell();
    }
  }

  void repaired() {
    synchronized (this) {
      if (closed) {
        return;
      }
      problem = null;
      news.add(listener::recovered);
    }
    tell();
  }

  /** Refuses what waits where the oldest of it has waited longer than {@code patience} nanos. */
  void watch(long now, long patience) {
    String why = "the ledger's disk does not answer";
    boolean stops;
    synchronized (this) {
      long oldest = waiting.oldest(now);
      for (Waiting.Append append : inFlight) {
        oldest = Math.min(oldest - now, append.since - now) + now;
      }
      if (now - oldest < patience) {
        return;
      }
      stops = problem == null;
      if (stops) {
        stalled = true;
        problem = why;
        news.add(() -> listener.stopped(why));
      }
    }
    refuse(why);
    if (stops) {
      tell();
    }
  }

  /**
   * Tells the listener what happened in the order in which it did, one at a time, and has no thread
   * wait for another's telling: whoever is at it tells what others add.
   */
  private void tell() {
    if (untold.getAndIncrement() == 0) {
      do {
        Runnable next = news.poll();
        if (next != null) {
          next.run();
        }
      } while (untold.decrementAndGet() != 0);
    }
  }

  /** Whether the watchdog's word holds that the disk does not answer. */
  synchronized boolean isStalled() {
    return stalled;
  }

  /** Whether an {@link Error} ended the writer, after which only a restart helps. */
  boolean isBroken() {
    return broken;
  }

  /**
   * What is in memory may be half a change: only a restart, which reads the disk, is safe.
   *
   * @param problem what the listener is told
   */
  void broken(String problem) {
    broken = true;
    synchronized (this) {
      news.add(() -> listener.stopped(problem));
    }
    closed(problem + "; restart the broker");
    tell();
  }

  /** For ever. */
  void closed(String why) {
    synchronized (this) {
      if (!closed) {
        problem = why;
      }
      closed = true;
    }
    refuse(why);
  }

  /** Fails what is being written and what waits. */
  private void refuse(String why) {
    List<Waiting.Append> written;
    synchronized (this) {
      written = inFlight;
    }
    LedgerUnavailable unavailable = new LedgerUnavailable(why);
    Completions completions = new Completions(fallback);
    for (Waiting.Append append : written) {
      refuse(append, unavailable, completions);
    }
    for (Waiting.Append append = waiting.takeAll(); append != null; append = append.older()) {
      refuse(append, unavailable, completions);
    }
    completions.run();
  }

  private void refuse(Waiting.Append append, LedgerUnavailable why, Completions completions) {
    if (append.settle()) {
      waiting.done(append);
      completions.failed(append, why);
    }
  }

  /** An append that came in while the journal refused: it may have been overlooked. */
  void recheck() {
    String why = problem;
    if (why != null) {
      refuse(why);
    }
  }
}
