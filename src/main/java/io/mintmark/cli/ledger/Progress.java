package io.mintmark.cli.ledger;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** A counter on a terminal; silent elsewhere and in short work. */
final class Progress {
  private static final long EVERY_NANOS = 200_000_000L;

  private final PrintWriter err;
  private final String what;
  private final boolean terminal = isTerminal();
  private final long began = System.nanoTime();
  private long shown;

  Progress(PrintWriter err, String what) {
    this.err = err;
    this.what = what;
    this.shown = began;
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  void at(long count) {
    long now = System.nanoTime();
    if (terminal && now - shown > EVERY_NANOS) {
      shown = now;
      err.printf(Locale.ROOT, "\r%,d %s", count, what);
      err.flush();
    }
  }

  void done() {
    if (shown != began) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
