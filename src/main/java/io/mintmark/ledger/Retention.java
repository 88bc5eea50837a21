package io.mintmark.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Drops the lines of the oldest closed segments; their leaf hashes stay, so that all that is left
 * still verifies. What is dropped is first said in the log itself: a record {@code retention} whose
 * {@code count} is the first {@code seq} that keeps its line. So a deleted file without such a
 * record shows.
 */
final class Retention {
  static final String OUTCOME = "retention";

  /** The first {@code seq} that keeps its line, for a start that does not read the whole log. */
  private static final String RETAINED = "retained";

  private Retention() {}

  /**
   * @throws UnusableLedger where lines are missing that were not dropped by retention
   */
  static void check(LogFiles files, long firstKept) throws IOException {
    String retained =
        files.exists(RETAINED)
            ? new String(files.readAll(RETAINED), StandardCharsets.US_ASCII).strip()
            : "0";
    if (!retained.matches("[0-9]{1,18}") || Long.parseLong(retained) < firstKept) {
      throw new UnusableLedger(
          "the lines of records before seq "
              + firstKept
              + " of the ledger are missing, and retention did not drop them");
    }
  }

  /**
   * @param packing held while files are deleted, so that a segment that is packed meanwhile does
   *     not come back
   */
  static void apply(LogTail tail, JournalSettings settings, Instant now, Lock packing)
      throws IOException {
    if (settings.keepFor() == null && settings.keepBytes() == Long.MAX_VALUE) {
      return;
    }
    LogFiles files = tail.files();
    List<Segments.Part> kept =
        Segments.list(files).parts().stream().filter(Segments.Part::lines).toList();
    long firstKept = firstKept(files, kept, settings, now);
    if (firstKept > kept.getFirst().name().first()) {
      Batch batch = tail.batch();
      batch.add(RecordLine.afterSeq(record(firstKept, now)));
      tail.commit(batch, now);
      files.replace(RETAINED, Long.toString(firstKept).getBytes(StandardCharsets.US_ASCII));
      tail.forget(firstKept);
      packing.lock();
      try {
        for (Segments.Part part : kept) {
          if (part.name().first() < firstKept) {
            SegmentName name = part.name();
            for (String file : List.of(name.lines(), name.packed(), name.index(), name.edge())) {
              files.delete(file);
            }
          }
        }
      } finally {
        packing.unlock();
      }
    }
  }

  private static long firstKept(
      LogFiles files, List<Segments.Part> kept, JournalSettings settings, Instant now)
      throws IOException {
    long bytes = 0;
    for (Segments.Part part : kept) {
      bytes += SegmentLines.bytes(files, part.name());
    }
    long first = kept.getFirst().name().first();
    for (int i = 0; i + 1 < kept.size(); i++) {
      Segments.Part part = kept.get(i);
      boolean old = isOld(files, kept.get(i + 1), settings.keepFor(), now);
      if (!part.hashes() || !(old || bytes > settings.keepBytes())) {
        return first;
      }
      bytes -= SegmentLines.bytes(files, part.name());
      first = part.end();
    }
    return first;
  }

  /** A segment is as old as the first record of the next one: its last is older still. */
  private static boolean isOld(
      LogFiles files, Segments.Part next, @Nullable Duration keepFor, Instant now)
      throws IOException {
    if (keepFor == null) {
      return false;
    }
    Instant after = Recovery.recordTime(files, next.name());
    return after != null && after.plus(keepFor).isBefore(now);
  }

  private static LedgerRecord record(long firstKept, Instant now) {
    return LedgerRecord.ofTheLog(
        now,
        OUTCOME,
        null,
        "records before seq " + firstKept + " are kept by their hashes only",
        firstKept);
  }
}
