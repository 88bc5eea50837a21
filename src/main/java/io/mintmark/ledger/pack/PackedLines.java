package io.mintmark.ledger.pack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a packed segment, as if they were not packed. At most one block is inflated at a
 * time, and no more of it than {@link Block#MOST_TEXT} bytes, whatever its bytes are (a
 * decompression bomb). Belongs to one thread.
 */
public final class PackedLines extends InputStream {
  private final InputStream in;
  private final String name;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private byte[] packed = new byte[1 << 14];
  private final byte[] text = new byte[Block.MOST_TEXT + 1];
  private @Nullable Block ahead;
  private int at;
  private int end;
  private long lines;
  private long offset;

  /**
   * @param in the packed file from its first byte on; closed with this
   * @param name of the file, for what is said of it
   */
  public PackedLines(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /**
   * Passes over whole blocks from the beginning on, without inflating them, as long as they end at
   * or before the line that so many others precede.
   */
  public void skipLines(long wanted) throws IOException {
    for (Block block = peek(); block != null && lines + block.lines() <= wanted; block = peek()) {
      pass(block);
    }
  }

  /** The same up to a byte of the unpacked text; then passes over the rest of the way. */
  public void skipText(long wanted) throws IOException {
    for (Block block = peek();
        block != null && offset + block.textBytes() <= wanted;
        block = peek()) {
      pass(block);
    }
    skipNBytes(wanted - offset);
  }

  /** How many lines were passed over. */
  public long linesSkipped() {
    return lines;
  }

  /** How many bytes of the unpacked text were passed over in whole blocks. */
  public long textSkipped() {
    return offset;
  }

  private void pass(Block block) throws IOException {
    try {
      in.skipNBytes(block.bytes() - Block.HEADER);
    } catch (EOFException cut) {
      throw damaged("it is cut within a block");
    }
    lines += block.lines();
    offset += block.textBytes();
    ahead = null;
  }

  private @Nullable Block peek() throws IOException {
    if (ahead == null) {
      byte[] header = in.readNBytes(Block.HEADER);
      if (header.length == 0) {
        return null;
      }
      if (header.length < Block.HEADER) {
        throw damaged("it is cut within a block's header");
      }
      ahead = parse(header);
    }
    return ahead;
  }

  private Block parse(byte[] header) throws MalformedBlock {
    Block block = Block.parse(header);
    if (block == null) {
      throw damaged("no block begins where one should");
    }
    return block;
  }

  private MalformedBlock damaged(String how) {
    return new MalformedBlock("\"" + name + "\" is damaged: " + how);
  }

  private boolean fill() throws IOException {
    Block block = peek();
    if (block == null) {
      return false;
    }
    int length = block.bytes() - Block.HEADER;
    if (packed.length < length) {
      packed = new byte[Block.MOST_BYTES];
    }
    if (in.readNBytes(packed, 0, length) != length) {
      throw damaged("it is cut within a block");
    }
    ahead = null;
    inflate(block, length - Block.TRAILER);
    at = 0;
    end = block.textBytes();
    return true;
  }

  private void inflate(Block block, int deflated) throws MalformedBlock {
    inflater.reset();
    inflater.setInput(packed, 0, deflated);
    int made;
    try {
      // a byte more than it may have: so that more shows, and the end of the stream is reached
      made = inflater.inflate(text, 0, block.textBytes() + 1);
    } catch (DataFormatException damaged) {
      throw damaged("a block cannot be inflated");
    }
    if (made != block.textBytes() || !inflater.finished() || inflater.getRemaining() > 0) {
      throw damaged("a block is not as long as its header says");
    }
    crc.reset();
    crc.update(text, 0, made);
    ByteBuffer trailer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    if (trailer.getInt(deflated) != (int) crc.getValue()
        || trailer.getInt(deflated + Integer.BYTES) != made) {
      throw damaged("a block does not fit its check sum");
    }
  }

  @Override
  public int read() throws IOException {
    return at < end || fill() ? text[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int some = Math.min(length, end - at);
    System.arraycopy(text, at, into, from, some);
    at += some;
    return some;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
