package io.mintmark.cli;

import io.mintmark.sidecar.process.OutsideText;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log of a command that goes on running: a line each on standard error. */
public final class ServerLog extends Handler {
  private static final int MAX_CAUSES = 3;

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
  public static void start(Level ours, boolean debug) {
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
    String text = line(record, traces);
    synchronized (out) {
      out.println(text);
      if (thrown != null && traces) {
        thrown.printStackTrace(out);
      }
    }
  }

  /** One line, with what failed and why as far as it can be no secret. */
  static String line(LogRecord record, boolean traces) {
    StringBuilder why = new StringBuilder();
    Throwable thrown = traces ? null : record.getThrown();
    for (int depth = 0; thrown != null && depth < MAX_CAUSES; depth++) {
      why.append(": ").append(thrown.getClass().getSimpleName());
      String said = OutsideText.harmless(String.valueOf(thrown.getMessage()));
      if (thrown.getMessage() != null && !said.isEmpty()) {
        why.append(": ").append(said);
      }
      thrown = thrown.getCause();
    }
    return "%s %-7s %s%s"
        .formatted(
            Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS),
            record.getLevel().getName(),
            String.valueOf(record.getMessage()).replaceAll("\\p{Cntrl}+", " "),
            why);
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
