package io.mintmark.api.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says one line in ten seconds, and how many it left out before, so that whoever finds how to cause
 * one cannot fill the disk with it.
 */
public final class Seldom {
  private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanos;
  private final Consumer<String> log;
  private final AtomicLong next;
  private final AtomicLong untold = new AtomicLong();

  /**
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  public Seldom(LongSupplier nanos, Consumer<String> log) {
    this.nanos = nanos;
    this.log = log;
    this.next = new AtomicLong(nanos.getAsLong());
  }

  /** Says it, or counts it. */
  public void say(String line) {
    long now = nanos.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + QUIET)) {
      untold.incrementAndGet();
      return;
    }
    long before = untold.getAndSet(0);
    log.accept(line + (before == 0 ? "" : " (" + before + " more since the last such line)"));
  }
}
