package io.mintmark.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Takes a stream apart into lines without copying them. Belongs to one thread. */
final class Lines implements Closeable {
  private final InputStream in;
  private final int longest;
  private byte[] buffer = new byte[1 << 17];
  private int start;
  private int end;
  private int next;
  private int filled;
  private long consumed;

  /**
   * @param longest bytes after which a line without an end is no longer looked for
   */
  Lines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** Moves to the next whole line; false where the rest has no newline or is too long a line. */
  boolean next() throws IOException {
    consumed += next - start;
    start = next;
    int searched = 0;
    do {
      for (; start + searched < filled; searched++) {
        if (buffer[start + searched] == '\n') {
          end = start + searched;
          next = end + 1;
          return true;
        }
      }
    } while (searched <= longest && fill());
    end = filled;
    return false;
  }

  private boolean fill() throws IOException {
    if (filled == buffer.length && start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
      next = 0;
    } else if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(read, 0);
    return read > 0;
  }

  byte[] buffer() {
    return buffer;
  }

  int offset() {
    return start;
  }

  /** Bytes of the line without its newline. */
  int length() {
    return end - start;
  }

  /** Bytes of the stream up to the end of the line that {@link #next} moved to. */
  long consumed() {
    return consumed + next - start;
  }

  byte[] copy() {
    return Arrays.copyOfRange(buffer, start, end);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
