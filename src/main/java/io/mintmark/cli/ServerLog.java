package io.mintmark.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log of a command that goes on running: a line each on standard error. */
final class ServerLog extends Handler {
  private final PrintStream out;
  private final boolean traces;

  private ServerLog(PrintStream out, boolean traces) {
    this.out = out;
    this.traces = traces;
  }

  /**
   * Begins to log; libraries say only what is wrong with them.
   *
   * @param ours the least level of what Mintmark says
   * @param debug everything, with stack traces
   */
  static void start(Level ours, boolean debug) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new ServerLog(System.err, debug));
    root.setLevel(debug ? Level.FINE : Level.SEVERE);
    Logger.getLogger("io.mintmark").setLevel(debug ? Level.FINE : ours);
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    Throwable thrown = record.getThrown();
    String text =
        "%s %-7s %s%s"
            .formatted(
                Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS),
                record.getLevel().getName(),
                String.valueOf(record.getMessage()).replaceAll("\\p{Cntrl}+", " "),
                thrown == null || traces ? "" : ": " + thrown.getClass().getSimpleName());
    synchronized (out) {
      out.println(text);
      if (thrown != null && traces) {
        thrown.printStackTrace(out);
      }
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
