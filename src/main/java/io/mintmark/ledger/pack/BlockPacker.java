package io.mintmark.ledger.pack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Packs lines into blocks. Belongs to one thread; holds memory of zlib until it is closed. */
public final class BlockPacker implements AutoCloseable {
  /** Most bytes of lines that {@link #pack} takes. */
  public static final int MOST_TEXT = Block.MOST_TEXT;

  private static final byte NEWLINE = '\n';

  // Measured on issuance records of 565 bytes: level 1 gives 97 bytes at 320 MB/s, level 4 gives 91
  // at 167 MB/s, level 9 gives 89 at 75 MB/s.
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 crc = new CRC32();
  private final byte[] packed = new byte[Block.MOST_BYTES];

  /**
   * One block of whole lines.
   *
   * @return a view of a buffer that the next call uses again
   */
  public ByteBuffer pack(byte[] text, int offset, int length) {
    if (length < 1 || length > MOST_TEXT || text[offset + length - 1] != NEWLINE) {
      throw new IllegalArgumentException("a block holds whole lines, and not too many");
    }
    deflater.reset();
    deflater.setInput(text, offset, length);
    deflater.finish();
    int room = packed.length - Block.TRAILER;
    int end = Block.HEADER + deflater.deflate(packed, Block.HEADER, room - Block.HEADER);
    if (!deflater.finished()) {
      throw new IllegalStateException("deflate made its input longer than it may");
    }
    crc.reset();
    crc.update(text, offset, length);
    ByteBuffer out = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    new Block(end + Block.TRAILER, length, lines(text, offset, length)).write(out);
    out.putInt(end, (int) crc.getValue()).putInt(end + Integer.BYTES, length);
    return out.position(0).limit(end + Block.TRAILER);
  }

  private static int lines(byte[] text, int offset, int length) {
    int lines = 0;
    for (int i = offset; i < offset + length; i++) {
      lines += text[i] == NEWLINE ? 1 : 0;
    }
    return lines;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
