package io.mintmark.credential;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A cursor over DER (X.690 section 10) that was just made here: definite lengths in as few bytes as
 * they need, integers too. Whatever is not so is an {@link IllegalArgumentException}, and so is
 * what is left where {@link #close} is called.
 */
final class Der {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int UTF8_STRING = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int MOST_LENGTH_BYTES = 3;

  private final byte[] bytes;
  private final int end;
  private int at;

  Der(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Der(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  boolean isNext(int tag) {
    return at < end && tagAt(at) == tag;
  }

  /** The tag of the next value, of one byte. */
  int tag() {
    if (at >= end) {
      throw new IllegalArgumentException("a value is missing");
    }
    return tagAt(at);
  }

  /** What the next value holds, as values of their own. */
  Der enter(int tag) {
    int from = content(tag);
    return new Der(bytes, from, at);
  }

  /** What the next value holds. */
  byte[] take(int tag) {
    int from = content(tag);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** The next value with its tag and length. */
  byte[] whole(int tag) {
    int from = at;
    content(tag);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** The next value, an integer. */
  BigInteger integer() {
    byte[] content = take(INTEGER);
    BigInteger number = content.length == 0 ? BigInteger.ZERO : new BigInteger(content);
    if (!Arrays.equals(number.toByteArray(), content)) {
      throw new IllegalArgumentException("an integer is not in DER");
    }
    return number;
  }

  /** Nothing is left. */
  void close() {
    if (at != end) {
      throw new IllegalArgumentException("there is more than there should be");
    }
  }

  private int tagAt(int index) {
    return Byte.toUnsignedInt(bytes[index]);
  }

  /** Where the content of the next value begins; the cursor goes behind it. */
  private int content(int tag) {
    if (end - at < 2 || tagAt(at) != tag) {
      throw new IllegalArgumentException("there is no value with tag %#x".formatted(tag));
    }
    int length = Byte.toUnsignedInt(bytes[at + 1]);
    int from = at + 2;
    if (length > Byte.MAX_VALUE) {
      int count = length & Byte.MAX_VALUE;
      if (count == 0 || count > MOST_LENGTH_BYTES || count > end - from) {
        throw new IllegalArgumentException("a length is not in DER");
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << Byte.SIZE | Byte.toUnsignedInt(bytes[from + i]);
      }
      from += count;
      if (length <= Byte.MAX_VALUE || length >>> (Byte.SIZE * (count - 1)) == 0) {
        throw new IllegalArgumentException("a length is not in DER");
      }
    }
    if (length > end - from) {
      throw new IllegalArgumentException("a value is cut off");
    }
    at = from + length;
    return from;
  }
}
