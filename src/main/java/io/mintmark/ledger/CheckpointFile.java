package io.mintmark.ledger;

import io.mintmark.ledger.tree.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the file {@code checkpoints}: signed notes, one after another, oldest first. */
final class CheckpointFile implements Closeable {
  private static final byte[] SIGNATURE = "\u2014 ".getBytes(StandardCharsets.UTF_8);

  /** Holds two notes at least, wherever it begins. */
  private static final int WINDOW = 1 << 13;

  private final Lines lines;

  private CheckpointFile(InputStream in) {
    this.lines = new Lines(in, Checkpoint.LONGEST);
  }

  static CheckpointFile read(LogFiles files) throws IOException {
    return new CheckpointFile(files.read(LogTail.CHECKPOINTS, 0));
  }

  /**
   * The note of a tree of that size, unchecked, looked for by halves; null where it is not seen.
   */
  static byte @Nullable [] ofSize(LogFiles files, long size) throws IOException {
    long from = 0;
    long end = files.size(LogTail.CHECKPOINTS);
    while (end - from > WINDOW) {
      long middle = (from + end) >>> 1;
      Placed placed = after(files, middle);
      if (placed != null && placed.size() <= size) {
        from = placed.start();
      } else {
        end = middle;
      }
    }
    try (CheckpointFile file = new CheckpointFile(files.read(LogTail.CHECKPOINTS, from))) {
      byte[] note = file.next();
      while (note != null && sizeOf(note) < size) {
        note = file.next();
      }
      return note != null && sizeOf(note) == size ? note : null;
    }
  }

  private record Placed(long start, long size) {}

  /** The first note that begins after a byte; null where none is seen near it. */
  private static @Nullable Placed after(LogFiles files, long at) throws IOException {
    byte[] window;
    try (InputStream in = files.read(LogTail.CHECKPOINTS, at)) {
      window = in.readNBytes(WINDOW / 2);
    }
    int line = 0;
    for (int i = 0; i < window.length; i++) {
      if (window[i] == '\n') {
        if (isSignature(window, line, i - line)) {
          long size = sizeOf(Arrays.copyOfRange(window, i + 1, window.length));
          return size < 0 ? null : new Placed(at + i + 1, size);
        }
        line = i + 1;
      }
    }
    return null;
  }

  /** The bytes of the next whole note, unchecked; null at the end or where a note is torn. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream note = new ByteArrayOutputStream(256);
    while (lines.next()) {
      note.write(lines.buffer(), lines.offset(), lines.length() + 1);
      if (isSignature(lines.buffer(), lines.offset(), lines.length())) {
        return note.toByteArray();
      }
      if (note.size() > Checkpoint.LONGEST) {
        return note.toByteArray();
      }
    }
    return null;
  }

  static boolean isSignature(byte[] buffer, int offset, int length) {
    return length >= SIGNATURE.length
        && Arrays.equals(buffer, offset, offset + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** The tree size that a note says, unchecked; -1 where it says none. */
  static long sizeOf(byte[] note) {
    String[] lines = new String(note, StandardCharsets.UTF_8).split("\n", 3);
    return lines.length == 3 && lines[1].matches("[0-9]{1,18}") ? Long.parseLong(lines[1]) : -1;
  }

  /** Rewrites the file without the notes of trees smaller than {@code size}. */
  static void keepFrom(LogFiles files, long size) throws IOException {
    String fresh = LogTail.CHECKPOINTS + ".tmp";
    files.delete(fresh);
    try (CheckpointFile old = read(files);
        AppendFile kept = files.append(fresh)) {
      for (byte[] note = old.next(); note != null; note = old.next()) {
        if (sizeOf(note) >= size) {
          kept.write(note, 0, note.length);
        }
      }
      kept.force();
    }
    files.rename(fresh, LogTail.CHECKPOINTS);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
