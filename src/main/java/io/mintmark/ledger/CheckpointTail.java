package io.mintmark.ledger;

import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest checkpoint that the key signed, and how far {@code checkpoints} is whole: a loss of
 * power may have torn notes that were written after the last force.
 *
 * @param end up to where the file {@code checkpoints} holds whole notes only
 * @param lost whether the newest note is not among them
 */
record CheckpointTail(Checkpoint checkpoint, byte[] note, long end, boolean lost) {
  private static final int LINES_OF_A_NOTE = 5;

  /** Looked through: far more than is written between two forces. */
  private static final int WINDOW = 4 << 20;

  private record Note(Checkpoint checkpoint, int start, int end) {
    byte[] bytes(byte[] file) {
      return Arrays.copyOfRange(file, start, end);
    }
  }

  /**
   * Null where the folder has no checkpoint that the key signed.
   *
   * @throws UnusableLedger where the file {@code checkpoint} is there and does not hold
   */
  static @Nullable CheckpointTail read(LogFiles files, VerifierKey key) throws IOException {
    byte[] published = files.exists(LogTail.CHECKPOINT) ? files.readAll(LogTail.CHECKPOINT) : null;
    Checkpoint floor = published == null ? null : open(published, key);
    byte[] tail = new byte[0];
    long from = 0;
    if (files.exists(LogTail.CHECKPOINTS)) {
      from = Math.max(0, files.size(LogTail.CHECKPOINTS) - WINDOW);
      try (InputStream in = files.read(LogTail.CHECKPOINTS, from)) {
        tail = in.readNBytes(WINDOW);
      }
    }
    Note newest = before(tail, tail.length, key);
    int end = published == null ? -1 : end(tail, published);
    if (published == null || floor == null || end < 0) {
      int whole = newest == null ? 0 : whole(tail, newest, key);
      if (published != null
          && floor != null
          && (newest == null || floor.size() > newest.checkpoint().size())) {
        return new CheckpointTail(floor, published, from + whole, true);
      }
      return newest == null
          ? null
          : new CheckpointTail(
              newest.checkpoint(), newest.bytes(tail), from + whole, whole != newest.end());
    }
    CheckpointTail last = new CheckpointTail(floor, published, from + end, false);
    for (Note note = at(tail, end, key);
        note != null && note.checkpoint().size() > last.checkpoint().size();
        note = at(tail, note.end(), key)) {
      last = new CheckpointTail(note.checkpoint(), note.bytes(tail), from + note.end(), false);
    }
    return newest != null && newest.checkpoint().size() > last.checkpoint().size()
        ? new CheckpointTail(newest.checkpoint(), newest.bytes(tail), last.end(), true)
        : last;
  }

  /**
   * Where the published note ends, which was forced before it was published: whatever stands before
   * it is durable, and of what follows only an unbroken row of growing trees is believed. -1 where
   * it is not there.
   */
  private static int end(byte[] tail, byte[] published) {
    for (int start = 0; start + published.length <= tail.length; start++) {
      if ((start == 0 || tail[start - 1] == '\n')
          && Arrays.equals(tail, start, start + published.length, published, 0, published.length)) {
        return start + published.length;
      }
    }
    return -1;
  }

  private static Checkpoint open(byte[] note, VerifierKey key) throws UnusableLedger {
    try {
      return Checkpoint.open(note, key);
    } catch (MalformedNote malformed) {
      throw new UnusableLedger(
          "the ledger's file \"checkpoint\" does not hold: " + malformed.getMessage());
    }
  }

  /** Goes back from the newest note; a gap cuts what comes after it. */
  private static int whole(byte[] tail, Note newest, VerifierKey key) {
    int whole = newest.end();
    Note note = newest;
    while (note.start() > 0) {
      Note older = before(tail, note.start(), key);
      if (older == null) {
        return whole;
      }
      if (older.end() != note.start()) {
        whole = older.end();
      }
      note = older;
    }
    return whole;
  }

  /** The whole note that begins at {@code start}; null where there is none. */
  private static @Nullable Note at(byte[] bytes, int start, VerifierKey key) {
    int end = start;
    for (int line = 0; line < LINES_OF_A_NOTE; line++) {
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      end++;
    }
    return end <= bytes.length ? opened(bytes, start, end, key) : null;
  }

  private static @Nullable Note opened(byte[] bytes, int start, int end, VerifierKey key) {
    try {
      return new Note(Checkpoint.open(Arrays.copyOfRange(bytes, start, end), key), start, end);
    } catch (MalformedNote torn) {
      return null;
    }
  }

  /** The last whole note that ends at or before {@code limit}; null where there is none. */
  private static @Nullable Note before(byte[] bytes, int limit, VerifierKey key) {
    for (int end = limit; end > 0; end--) {
      if (bytes[end - 1] != '\n') {
        continue;
      }
      int line = lineStart(bytes, end);
      if (!CheckpointFile.isSignature(bytes, line, end - line)) {
        continue;
      }
      int start = end;
      for (int i = 0; i < LINES_OF_A_NOTE; i++) {
        start = lineStart(bytes, start);
      }
      Note note = opened(bytes, start, end, key);
      if (note != null) {
        return note;
      }
    }
    return null;
  }

  /** Where the line begins whose newline is the byte before {@code end}. */
  private static int lineStart(byte[] bytes, int end) {
    int start = Math.max(0, end - 1);
    while (start > 0 && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }
}
