package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class ServerLogTest {
  private static String shown(Throwable thrown) {
    LogRecord record = new LogRecord(Level.SEVERE, "a delivery failed unexpectedly");
    record.setThrown(thrown);
    return ServerLog.line(record, false);
  }

  @Test
  void noCredentialInAMessageOfALibraryReachesTheLog() {
    String secret = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    assertThat(shown(new IllegalStateException("cannot read " + secret)))
        .endsWith("failed unexpectedly: IllegalStateException: cannot read [withheld]");
  }

  @Test
  void aMessageBreaksOutOfNoLineAndFillsNoDisk() {
    String long_ = "x ".repeat(100_000);
    assertThat(shown(new IllegalStateException("one\nERROR two\u001b[2J")))
        .endsWith(": IllegalStateException: one ERROR two [2J");
    assertThat(shown(new IllegalStateException(long_))).hasSizeLessThan(1000);
  }

  @Test
  void theCauseIsSaidToo() {
    assertThat(
            shown(
                new UncheckedIOException(
                    "not written", new IOException("No space left on device"))))
        .endsWith(": UncheckedIOException: not written: IOException: No space left on device");
    assertThat(shown(new StackOverflowError())).endsWith(": StackOverflowError");
  }

  @Test
  void causesWithoutEndAreCut() {
    Throwable thrown = new IllegalStateException("last");
    for (int i = 0; i < 1000; i++) {
      thrown = new IllegalStateException("more", thrown);
    }
    assertThat(shown(thrown)).hasSizeLessThan(1000);
  }
}
