package io.mintmark.api.http;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells of failures that no rule foresees, seldom. */
public final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);
  private static final Failures ALL = new Failures(System::nanoTime, LOG::error);

  private final Seldom log;

  /**
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  Failures(LongSupplier nanos, Consumer<String> log) {
    this.log = new Seldom(nanos, log);
  }

  /** Tells the operator of one, whatever the edge. */
  public static void log(@Nullable Throwable failure) {
    ALL.tell(failure);
    LOG.debug("a request failed for a reason that no rule foresees", failure);
  }

  /** Logs where it happened, without the message: that may hold what a caller sent. */
  void tell(@Nullable Throwable failure) {
    log.say("a request failed for a reason that no rule foresees: " + place(failure));
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
