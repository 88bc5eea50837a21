package io.mintmark.ledger.pack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of a block: a gzip member (RFC 1952) whose extra field {@code MM} says how long it is,
 * so that a reader can pass over it. Any gzip tool reads a file of such blocks.
 *
 * @param bytes of the member, header and trailer among them
 * @param textBytes of the lines that it holds
 * @param lines whole lines that it holds
 */
record Block(int bytes, int textBytes, int lines) {
  /** Most bytes of lines in one block, which bounds what a reader inflates at once. */
  static final int MOST_TEXT = 1 << 16;

  static final int HEADER = 28;
  static final int TRAILER = 8;

  /** More than what deflate adds to bytes that it cannot make smaller. */
  private static final int MOST_GROWTH = 1 << 10;

  static final int MOST_BYTES = HEADER + MOST_TEXT + MOST_GROWTH + TRAILER;

  /** ID1 ID2 CM FLG=FEXTRA, MTIME 0, XFL=fastest OS=unknown, XLEN 16, "MM" of 12 bytes. */
  private static final byte[] START = {
    0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 4, (byte) 0xff, 16, 0, 'M', 'M', 12, 0
  };

  void write(ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN).put(START).putInt(bytes).putInt(textBytes).putInt(lines);
  }

  /**
   * Null where the bytes are no header, or say a size that no block has.
   *
   * @param header its {@link #HEADER} bytes
   */
  static @Nullable Block parse(byte[] header) {
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    byte[] start = new byte[START.length];
    in.get(start);
    if (!Arrays.equals(start, START)) {
      return null;
    }
    Block block = new Block(in.getInt(), in.getInt(), in.getInt());
    boolean possible =
        block.textBytes >= 1
            && block.textBytes <= MOST_TEXT
            && block.lines >= 1
            && block.lines <= block.textBytes
            && block.bytes >= HEADER + TRAILER
            && block.bytes <= MOST_BYTES;
    return possible ? block : null;
  }
}
