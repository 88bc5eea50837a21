package io.mintmark.api.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells of failures that no rule foresees, one line in ten seconds, so that whoever finds how to
 * cause one cannot fill the disk with it.
 */
public final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);
  private static final Failures ALL = new Failures(System::nanoTime, LOG::error);
  private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanos;
  private final Consumer<String> log;
  private final AtomicLong next;
  private final AtomicLong untold = new AtomicLong();

  /**
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  Failures(LongSupplier nanos, Consumer<String> log) {
    this.nanos = nanos;
    this.log = log;
    this.next = new AtomicLong(nanos.getAsLong());
  }

  /** Tells the operator of one, whatever the edge. */
  public static void log(@Nullable Throwable failure) {
    ALL.tell(failure);
    LOG.debug("a request failed for a reason that no rule foresees", failure);
  }

  /** Logs where it happened, without the message: that may hold what a caller sent. */
  void tell(@Nullable Throwable failure) {
    long now = nanos.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + QUIET)) {
      untold.incrementAndGet();
      return;
    }
    long before = untold.getAndSet(0);
    log.accept(
        "a request failed for a reason that no rule foresees: "
            + place(failure)
            + (before == 0 ? "" : " (" + before + " more since the last such line)"));
  }

  private static String place(@Nullable Throwable failure) {
    if (failure == null) {
      return "nothing was answered";
    }
    Throwable cause = failure;
    for (int depth = 0; cause.getCause() != null && depth < 10; depth++) {
      cause = cause.getCause();
    }
    StackTraceElement[] frames = cause.getStackTrace();
    return cause.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
  }
}
