package io.mintmark.ledger;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Records that wait for the writer: a lock-free stack with limits to its count and bytes. */
final class Waiting {
  private final int mostRecords;
  private final long mostBytes;
  private final AtomicReference<@Nullable Append> newest = new AtomicReference<>();
  private final AtomicInteger records = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Waiting(int mostRecords, long mostBytes) {
    this.mostRecords = mostRecords;
    this.mostBytes = mostBytes;
  }

  /** One record on its way; {@code since} is {@link System#nanoTime}. */
  static final class Append {
    final byte[] afterSeq;
    final Executor completesOn;
    final long since;
    final CompletableFuture<Long> durable = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();
    private @Nullable Append older;
    private long oldest;

    Append(byte[] afterSeq, Executor completesOn, long since) {
      this.afterSeq = afterSeq;
      this.completesOn = completesOn;
      this.since = since;
      this.oldest = since;
    }

    @Nullable Append older() {
      return older;
    }

    /** True once: whoever gets it says how the append ended. */
    boolean settle() {
      return settled.compareAndSet(false, true);
    }

    boolean settled() {
      return settled.get();
    }
  }

  /** False where there is no room; a record counts until {@link #done}. */
  boolean offer(Append append) {
    boolean room = records.incrementAndGet() <= mostRecords;
    room &= bytes.addAndGet(append.afterSeq.length) <= mostBytes;
    if (!room) {
      done(append);
      return false;
    }
    Append before;
    do {
      before = newest.get();
      append.older = before;
      append.oldest = before == null ? append.since : before.oldest;
    } while (!newest.compareAndSet(before, append));
    return true;
  }

  void done(Append append) {
    records.decrementAndGet();
    bytes.addAndGet(-append.afterSeq.length);
  }

  boolean isEmpty() {
    return newest.get() == null;
  }

  /** When the oldest that waits was offered; {@code now} where none waits. */
  long oldest(long now) {
    Append append = newest.get();
    return append == null ? now : append.oldest;
  }

  /** Takes all, the newest first. */
  @Nullable Append takeAll() {
    return newest.getAndSet(null);
  }
}
