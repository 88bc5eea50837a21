package io.mintmark.ledger;

import io.mintmark.ledger.pack.PackedLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a segment in whichever form it is kept. While both forms are there the plain one
 * counts: the other is a copy of it that has not taken its place yet.
 *
 * @param lines from {@code first} on
 * @param first the {@code seq} of the line that comes next
 * @param offset its place in the unpacked text, in bytes
 */
record SegmentLines(Lines lines, long first, long offset) {
  /**
   * From the first line on.
   *
   * @throws NoSuchFileException where the segment has no lines any more
   */
  static Lines all(LogFiles files, SegmentName name) throws IOException {
    return at(files, name, 0);
  }

  /** From a byte of the unpacked text on, where a line begins. */
  static Lines at(LogFiles files, SegmentName name, long offset) throws IOException {
    InputStream plain = plain(files, name, offset);
    if (plain != null) {
      return lines(plain);
    }
    PackedLines packed = new PackedLines(files.read(name.packed(), 0), name.packed());
    try {
      if (offset > 0) {
        packed.skipText(offset);
      }
    } catch (IOException failed) {
      packed.close();
      throw failed;
    }
    return lines(packed);
  }

  /** From the line of {@code seq} or one before it on. */
  static SegmentLines near(LogFiles files, SegmentName name, long seq) throws IOException {
    InputStream plain = plain(files, name, 0);
    if (plain != null) {
      return new SegmentLines(lines(plain), name.first(), 0);
    }
    PackedLines packed = new PackedLines(files.read(name.packed(), 0), name.packed());
    try {
      packed.skipLines(seq - name.first());
    } catch (IOException failed) {
      packed.close();
      throw failed;
    }
    return new SegmentLines(
        lines(packed), name.first() + packed.linesSkipped(), packed.textSkipped());
  }

  /** Null where the plain form is not there (any more). */
  private static @Nullable InputStream plain(LogFiles files, SegmentName name, long offset)
      throws IOException {
    try {
      return files.read(name.lines(), offset);
    } catch (NoSuchFileException packed) {
      return null;
    }
  }

  private static Lines lines(InputStream in) {
    return new Lines(in, RecordLine.LONGEST);
  }

  static boolean exist(LogFiles files, SegmentName name) throws IOException {
    return files.exists(name.lines()) || files.exists(name.packed());
  }

  /** Bytes of the files that hold the lines. */
  static long bytes(LogFiles files, SegmentName name) throws IOException {
    long bytes = 0;
    for (String file : new String[] {name.lines(), name.packed()}) {
      bytes += files.exists(file) ? files.size(file) : 0;
    }
    return bytes;
  }
}
