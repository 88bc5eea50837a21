package io.mintmark.ledger;

import io.mintmark.ledger.pack.BlockPacker;
import io.mintmark.ledger.pack.MalformedBlock;
import io.mintmark.ledger.pack.PackedLines;
import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Packs the lines of a segment into a file, and compares such a file with their hashes. */
final class PackedSegment {
  private PackedSegment() {}

  /** Writes and forces the packed file. */
  static void write(LogFiles files, String from, String to) throws IOException {
    byte[] text = new byte[BlockPacker.MOST_TEXT];
    files.delete(to);
    try (BlockPacker packer = new BlockPacker();
        InputStream in = files.read(from, 0);
        AppendFile out = files.append(to)) {
      int filled = in.readNBytes(text, 0, text.length);
      while (filled > 0) {
        int whole = whole(text, filled);
        ByteBuffer block = packer.pack(text, 0, whole);
        out.write(block.array(), block.arrayOffset(), block.limit());
        System.arraycopy(text, whole, text, 0, filled - whole);
        filled -= whole;
        filled += in.readNBytes(text, filled, text.length - filled);
      }
      out.force();
    }
  }

  private static int whole(byte[] text, int filled) throws UnusableLedger {
    for (int end = filled; end > 0; end--) {
      if (text[end - 1] == '\n') {
        return end;
      }
    }
    throw new UnusableLedger("a closed segment has a line that is too long or has no end");
  }

  static Lines lines(LogFiles files, String packed) throws IOException {
    return new Lines(new PackedLines(files.read(packed, 0), packed), RecordLine.LONGEST);
  }

  /** What the first line is that does not have its hash; null where there are just these lines. */
  static @Nullable String difference(Lines lines, byte[] leaves, int records, long first)
      throws IOException {
    TreeHash hash = new TreeHash();
    byte[] leaf = new byte[TreeHash.LENGTH];
    try {
      for (int i = 0; i < records; i++) {
        if (!lines.next()) {
          return "record " + (first + i) + " is missing";
        }
        hash.leaf(lines.buffer(), lines.offset(), lines.length(), leaf, 0);
        int at = i * TreeHash.LENGTH;
        if (!Arrays.equals(leaf, 0, leaf.length, leaves, at, at + TreeHash.LENGTH)) {
          return "record " + (first + i) + " is another";
        }
      }
      return lines.next() || lines.length() > 0 ? "it has more lines" : null;
    } catch (MalformedBlock damaged) {
      return damaged.getMessage();
    }
  }
}
