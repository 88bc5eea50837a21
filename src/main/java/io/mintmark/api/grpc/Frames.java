package io.mintmark.api.grpc;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The messages in the bytes of a call: a flag, a length of four bytes, and as many bytes (gRPC over
 * HTTP/2, Length-Prefixed-Message).
 */
final class Frames {
  private static final int PREFIX = 5;

  private final int most;
  private Buffer read = Buffer.buffer();
  private int position;

  /**
   * @param most bytes of the largest message
   */
  Frames(int most) {
    this.most = most;
  }

  void add(Buffer part) {
    if (position > 0) {
      read = read.getBuffer(position, read.length());
      position = 0;
    }
    read.appendBuffer(part);
  }

  /** What is wrong with the message that comes next; null as long as nothing is. */
  @Nullable Flaw flaw() {
    if (!isEmpty() && read.getByte(position) != 0) {
      return read.getByte(position) == 1 ? Flaw.COMPRESSED : Flaw.FRAME;
    }
    return left() >= PREFIX && read.getUnsignedInt(position + 1) > most ? Flaw.TOO_LARGE : null;
  }

  /** Takes the next message out; null where it has not arrived whole. */
  byte @Nullable [] next() {
    if (flaw() != null || left() < PREFIX || left() - PREFIX < read.getInt(position + 1)) {
      return null;
    }
    int begin = position + PREFIX;
    position = begin + read.getInt(position + 1);
    return read.getBytes(begin, position);
  }

  /** Whether nothing is left. */
  boolean isEmpty() {
    return left() == 0;
  }

  private int left() {
    return read.length() - position;
  }

  /** A message with its prefix. */
  static Buffer of(byte[] message) {
    return Buffer.buffer(PREFIX + message.length)
        .appendByte((byte) 0)
        .appendInt(message.length)
        .appendBytes(message);
  }
}
