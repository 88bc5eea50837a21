package io.mintmark.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in order and follows the log as it grows; never shows a record that is not durable.
 * Where retention dropped lines, it goes on with the first that is left. Belongs to one thread.
 */
public final class LedgerReader {
  private final LogFiles files;
  private final LongSupplier durable;
  private long next;
  private @Nullable SegmentName segment;
  private long position;

  private LedgerReader(LogFiles files, LongSupplier durable, long from) {
    this.files = files;
    this.durable = durable;
    this.next = from;
  }

  /** Follows a journal of this process. */
  public static LedgerReader of(Path dataFolder, Journal journal, long from) throws IOException {
    return of(FolderFiles.in(LedgerFolder.of(dataFolder)), journal::size, from);
  }

  /** Reads a ledger from outside, up to its newest checkpoint at each call. */
  public static LedgerReader of(Path dataFolder, long from) throws IOException {
    LogFiles files = FolderFiles.in(LedgerFolder.of(dataFolder));
    return of(files, () -> signedSize(files), from);
  }

  static LedgerReader of(LogFiles files, LongSupplier durable, long from) {
    return new LedgerReader(files, durable, from);
  }

  /** The size that the file {@code checkpoint} says; its signature is {@code verify}'s business. */
  static long signedSize(LogFiles files) {
    try {
      return Math.max(0, CheckpointFile.sizeOf(files.readAll(LogTail.CHECKPOINT)));
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /** The name of a ledger, which changes when its folder begins a new log. */
  public static String origin(Path dataFolder) throws IOException {
    return new String(
            FolderFiles.in(LedgerFolder.of(dataFolder)).readAll(LogTail.ORIGIN),
            StandardCharsets.UTF_8)
        .strip();
  }

  /** The {@code seq} that is read next. */
  public long position() {
    return next;
  }

  /** How many durable records the log has now. */
  public long size() {
    return durable.getAsLong();
  }

  /** The next records, at most {@code most}; empty where there is none yet. */
  public List<LedgerEntry> read(int most) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    readLines(
        most, (buffer, offset, length) -> entries.add(RecordParser.parse(buffer, offset, length)));
    return entries;
  }

  /** The same, as the lines stand in the file. */
  public List<String> readLines(int most) throws IOException {
    List<String> lines = new ArrayList<>();
    readLines(
        most,
        (buffer, offset, length) ->
            lines.add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
    return lines;
  }

  private interface LineSink {
    void take(byte[] buffer, int offset, int length) throws IOException;
  }

  private void readLines(int most, LineSink sink) throws IOException {
    long size = durable.getAsLong();
    if (segment == null && next < size) {
      segment = seek();
    }
    long end = Math.min(size, next + most);
    while (segment != null && next < end) {
      SegmentName at = segment;
      long before = next;
      try (Lines lines = SegmentLines.at(files, at, position)) {
        while (next < end && lines.next()) {
          LineCheck.numbered(lines, next);
          sink.take(lines.buffer(), lines.offset(), lines.length());
          next++;
          position += lines.length() + 1L;
        }
      }
      if (next < end) {
        SegmentName following = new SegmentName(next);
        if (!following.equals(at) && SegmentLines.exist(files, following)) {
          segment = following;
          position = 0;
        } else if (next == before) {
          throw new UnusableLedger("record " + next + " of the ledger is missing");
        }
      }
    }
  }

  /** Finds the segment that holds {@code next} and the place in it. */
  private SegmentName seek() throws IOException {
    Segments segments = Segments.list(files);
    next = Math.max(next, segments.firstKept());
    SegmentName found = segments.parts().getLast().name();
    for (Segments.Part part : segments.parts()) {
      if (part.name().first() <= next && next < part.end()) {
        found = part.name();
      }
    }
    SegmentLines near = SegmentLines.near(files, found, next);
    position = near.offset();
    try (Lines lines = near.lines()) {
      for (long seq = near.first(); seq < next && lines.next(); seq++) {
        position += lines.length() + 1L;
      }
    }
    return found;
  }
}
