package io.mintmark.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the journal behaves.
 *
 * @param originPrefix what the origin of a new log begins with: a schema-less URL without white
 *     space and plus; a slash and a random word are added
 * @param queuedRecords how many records may wait for the disk; more are refused at once
 * @param queuedBytes how many bytes of records may wait for the disk
 * @param pace least time between two syncs while several records come at once
 * @param patience how long an append waits for the disk before it fails
 * @param segmentBytes a segment that has reached this is closed
 * @param segmentAge a segment whose first record is older than this is closed
 * @param keepFor closed segments whose last record is older than this are dropped; null keeps them
 * @param keepBytes the oldest closed segments are dropped while all together have more bytes
 */
public record JournalSettings(
    String originPrefix,
    int queuedRecords,
    long queuedBytes,
    Duration pace,
    Duration patience,
    long segmentBytes,
    Duration segmentAge,
    @Nullable Duration keepFor,
    long keepBytes) {
  public JournalSettings {
    if (!originPrefix.matches("[A-Za-z0-9._~/:@-]{1,128}")) {
      throw new IllegalArgumentException(
          "a ledger origin has letters, digits and . _ ~ / : @ - only, at most 128");
    }
    if (queuedRecords < 1 || queuedBytes < RecordLine.LONGEST || segmentBytes < 1) {
      throw new IllegalArgumentException("the ledger's limits are too small for one record");
    }
  }

  /** Keeps everything; fails an append after 750 ms; segments of 16 MiB or a day. */
  public static JournalSettings defaults() {
    return new JournalSettings(
        "mintmark.io/ledger",
        16_384,
        16L << 20,
        Duration.ofMillis(1),
        Duration.ofMillis(750),
        16L << 20,
        Duration.ofDays(1),
        null,
        Long.MAX_VALUE);
  }

  public JournalSettings withOriginPrefix(String prefix) {
    return new JournalSettings(
        prefix,
        queuedRecords,
        queuedBytes,
        pace,
        patience,
        segmentBytes,
        segmentAge,
        keepFor,
        keepBytes);
  }

  public JournalSettings withSegments(long bytes, Duration age) {
    return new JournalSettings(
        originPrefix, queuedRecords, queuedBytes, pace, patience, bytes, age, keepFor, keepBytes);
  }

  public JournalSettings withRetention(@Nullable Duration age, long bytes) {
    return new JournalSettings(
        originPrefix,
        queuedRecords,
        queuedBytes,
        pace,
        patience,
        segmentBytes,
        segmentAge,
        age,
        bytes);
  }

  public JournalSettings withQueue(int records, long bytes) {
    return new JournalSettings(
        originPrefix, records, bytes, pace, patience, segmentBytes, segmentAge, keepFor, keepBytes);
  }

  public JournalSettings withPatience(Duration limit) {
    return new JournalSettings(
        originPrefix,
        queuedRecords,
        queuedBytes,
        pace,
        limit,
        segmentBytes,
        segmentAge,
        keepFor,
        keepBytes);
  }
}
