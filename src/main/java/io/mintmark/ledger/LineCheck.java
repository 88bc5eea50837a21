package io.mintmark.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What is looked at in each line that is verified, without parsing it. */
final class LineCheck {
  private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TIME = ",\"time\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TIME_LENGTH = 24;
  private static final byte[] RETENTION =
      ("\",\"outcome\":\"" + Retention.OUTCOME + "\"").getBytes(StandardCharsets.US_ASCII);

  /** Within a value a quotation mark is escaped: so the name of a member is found by its quotes. */
  private static final byte[][] IDS = {
    ",\"jti\":\"".getBytes(StandardCharsets.US_ASCII),
    ",\"serial\":\"".getBytes(StandardCharsets.US_ASCII)
  };

  private LineCheck() {}

  /** Where the id of a line stands in its buffer. */
  interface IdSink {
    void take(byte[] buffer, int offset, int length);
  }

  /**
   * Looks at the number that a line begins with.
   *
   * @return where its time begins, in bytes from the line's first
   * @throws UnusableLedger where it is not line {@code seq}
   */
  static int numbered(Lines line, long seq) throws UnusableLedger {
    byte[] buffer = line.buffer();
    int end = line.offset() + line.length();
    int at = line.offset() + SEQ.length;
    long number = 0;
    boolean digits = false;
    if (holds(buffer, line.offset(), end, SEQ)) {
      for (; at < end && buffer[at] >= '0' && buffer[at] <= '9' && number <= seq; at++) {
        if (digits && number == 0) {
          break; // a leading zero
        }
        number = number * 10 + buffer[at] - '0';
        digits = true;
      }
    }
    if (!digits || number != seq || !holds(buffer, at, end, TIME)) {
      throw new UnusableLedger(
          "at record " + seq + " stands another line: records were changed, removed or reordered");
    }
    return at + TIME.length - line.offset();
  }

  /**
   * The first {@code seq} that keeps its line, where the line is a record of retention; else 0.
   *
   * @param time where its time begins, from {@link #numbered}
   */
  static long retained(Lines line, int time) throws IOException {
    int at = line.offset() + time + TIME_LENGTH;
    if (!holds(line.buffer(), at, line.offset() + line.length(), RETENTION)) {
      return 0;
    }
    Long first = RecordParser.parse(line.buffer(), line.offset(), line.length()).record().count();
    return first == null ? 0 : first;
  }

  /** Hands over the bytes of the line's {@code jti} or {@code serial}, where it has one. */
  static void id(Lines line, IdSink sink) {
    byte[] buffer = line.buffer();
    int end = line.offset() + line.length();
    for (int at = line.offset(); at < end; at++) {
      if (buffer[at] == ',' && at + 2 < end && buffer[at + 1] == '"') {
        for (byte[] name : IDS) {
          if (holds(buffer, at, end, name)) {
            int from = at + name.length;
            sink.take(buffer, from, closing(buffer, from, end) - from);
            return;
          }
        }
      }
    }
  }

  private static int closing(byte[] buffer, int from, int end) {
    int at = from;
    while (at < end && buffer[at] != '"') {
      at += buffer[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, end);
  }

  private static boolean holds(byte[] buffer, int at, int end, byte[] text) {
    return end - at >= text.length
        && Arrays.equals(buffer, at, at + text.length, text, 0, text.length);
  }
}
