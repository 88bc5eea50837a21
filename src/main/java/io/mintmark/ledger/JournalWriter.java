package io.mintmark.ledger;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that writes. It takes all that waits, makes it durable with one force, and
 * acknowledges it. A lone record is forced at once; while several come at a time, forces are paced,
 * for a force costs the same for one record as for fifty.
 */
final class JournalWriter implements Runnable {
  /**
   * The file {@code checkpoint} is at most a second behind; half of it leaves room for the disk.
   */
  private static final long PUBLISH_NANOS = 500_000_000L;

  private static final long REPAIR_NANOS = 200_000_000L;
  private static final long RETENTION_NANOS = 3_600_000_000_000L;

  private final LogTail tail;
  private final Waiting waiting;
  private final JournalState state;
  private final JournalSettings settings;
  private final InstantSource clock;
  private final LedgerListener listener;
  private final Packing packing;
  private volatile boolean idle;
  private volatile boolean stopping;
  private boolean several;
  private long forcedAt;
  private long publishedAt = System.nanoTime();
  private long retainedAt;
  private SegmentName retained;

  JournalWriter(
      LogTail tail,
      Waiting waiting,
      JournalState state,
      JournalSettings settings,
      InstantSource clock,
      LedgerListener listener,
      Packing packing) {
    this.tail = tail;
    this.packing = packing;
    this.waiting = waiting;
    this.state = state;
    this.settings = settings;
    this.clock = clock;
    this.listener = listener;
    this.retainedAt = System.nanoTime() - RETENTION_NANOS;
    this.retained = tail.current();
  }

  JournalState state() {
    return state;
  }

  /** A record was offered. */
  void wake(Thread thread) {
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  void stop(Thread thread) {
    stopping = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    ShortSlices slices = new ShortSlices();
    Thread.ofPlatform().daemon().name("mintmark-ledger-slices").start(slices::load);
    while (!(stopping && waiting.isEmpty())) {
      try {
        round(slices);
      } catch (Error fatal) {
        state.broken(sentence(fatal));
        throw fatal;
      }
    }
    state.closed("the ledger is closed");
    try {
      tail.close();
    } catch (IOException | RuntimeException failed) {
      listener.stopped(sentence(failed));
    }
  }

  private void round(ShortSlices slices) {
    try {
      awaitWork();
      write();
      upkeep();
      state.alive();
      slices.ask();
    } catch (IOException | RuntimeException failed) {
      repair(failed);
    }
  }

  private void awaitWork() {
    long due = tail.unpublished() ? publishedAt + PUBLISH_NANOS : retainedAt + RETENTION_NANOS;
    idle = true;
    // what the watchdog took leaves nothing to write, and only another round takes its word back
    while (waiting.isEmpty() && !stopping && !state.isStalled() && due - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, due - System.nanoTime());
    }
    idle = false;
    long pace = settings.pace().toNanos();
    while (several && !stopping && forcedAt + pace - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, forcedAt + pace - System.nanoTime());
    }
  }

  private void write() throws IOException {
    List<Waiting.Append> appends = takeAll();
    several = appends.size() > 1;
    if (appends.isEmpty()) {
      return;
    }
    state.writing(appends);
    long began = System.nanoTime();
    Batch batch = tail.batch();
    for (Waiting.Append append : appends) {
      batch.add(append.afterSeq);
    }
    long first = tail.size();
    tail.commit(batch, clock.instant());
    forcedAt = System.nanoTime();
    listener.synced(appends.size(), forcedAt - began);
    state.written(appends, first);
  }

  /** What waits, the oldest first, without what was refused meanwhile. */
  private List<Waiting.Append> takeAll() {
    List<Waiting.Append> appends = new ArrayList<>();
    for (Waiting.Append append = waiting.takeAll(); append != null; append = append.older()) {
      if (!append.settled()) {
        appends.add(append);
      }
    }
    Collections.reverse(appends);
    return appends;
  }

  private void upkeep() throws IOException {
    long now = System.nanoTime();
    if (tail.unpublished() && now - publishedAt >= PUBLISH_NANOS) {
      tail.publish();
      publishedAt = now;
    }
    if (now - retainedAt >= RETENTION_NANOS || !retained.equals(tail.current())) {
      retained = tail.current();
      retainedAt = now;
      Retention.apply(tail, settings, clock.instant(), packing.lock());
      state.durable(tail.size());
    }
    if (tail.size() > tail.current().first()) {
      packing.closedBefore(tail.current().first());
    }
  }

  /** Refuses all until the files are cut back to what is durable and the disk takes bytes. */
  private void repair(Throwable failed) {
    state.failed(sentence(failed));
    while (!stopping) {
      long until = System.nanoTime() + REPAIR_NANOS;
      while (!stopping && until - System.nanoTime() > 0) {
        LockSupport.parkNanos(this, until - System.nanoTime());
      }
      state.recheck();
      try {
        tail.repair(clock.instant());
        state.durable(tail.size());
        state.repaired();
        return;
      } catch (IOException | RuntimeException again) {
        state.failed(sentence(again));
      }
    }
  }

  private static String sentence(Throwable failed) {
    String message = failed.getMessage();
    return "the ledger cannot be written: "
        + (message == null ? failed.getClass().getSimpleName() : message);
  }
}
