package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(2_500, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  private LogTail open() throws IOException {
    return Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open()) {
      for (int i = 0; i < 40; i++) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        tail.commit(batch, Records.NOON);
      }
    }
  }

  private void retain(JournalSettings settings, Instant now) throws IOException {
    try (LogTail tail = open()) {
      Retention.apply(tail, settings, now, new ReentrantLock());
    }
  }

  private long firstKept() throws IOException {
    return Segments.list(disk).firstKept();
  }

  @Test
  void segmentsAboveTheSizeAreDroppedAndTheRestStillVerifies() throws IOException {
    byte[] before = disk.bytes("checkpoint");
    retain(SMALL.withRetention(null, 9_000), Records.NOON);
    long first = firstKept();
    assertThat(first).isPositive();
    Verdict verdict = Verification.verify(disk, null, before, count -> {});
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.byHash()).isEqualTo(first);
    assertThat(verdict.records()).isEqualTo(41);
    assertThat(Proof.of(disk, 39).line()).contains("decision-39");
    assertThat(Proof.of(disk, 0).line()).isEmpty();
    assertThat(LedgerReader.of(disk, () -> 41, 0).read(1).getFirst().seq()).isEqualTo(first);
    try (LogTail tail = open()) {
      assertThat(tail.size()).isEqualTo(41);
    }
  }

  @Test
  void segmentsOlderThanTheAgeAreDropped() throws IOException {
    JournalSettings aDay = SMALL.withRetention(Duration.ofDays(1), Long.MAX_VALUE);
    retain(aDay, Records.NOON.plus(Duration.ofHours(23)));
    assertThat(firstKept()).isZero();
    retain(aDay, Records.NOON.plus(Duration.ofDays(2)));
    assertThat(firstKept()).isPositive();
    assertThat(Verification.verify(disk, null, null, count -> {}).problem()).isNull();
  }

  @Test
  void aDeletedFileThatRetentionDidNotDropShows() throws IOException {
    retain(SMALL.withRetention(null, 9_000), Records.NOON);
    disk.remove(new SegmentName(firstKept()).lines());
    assertThat(Verification.verify(disk, null, null, count -> {}).problem())
        .contains("are missing");
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("retention did not drop them");
  }

  @Test
  void alteredHashesOfDroppedLinesShow() throws IOException {
    retain(SMALL.withRetention(null, 9_000), Records.NOON);
    byte[] hashes = disk.bytes("00000000000000000000.hashes");
    hashes[5] ^= 1;
    disk.put("00000000000000000000.hashes", hashes);
    assertThat(Verification.verify(disk, null, null, count -> {}).holds()).isFalse();
    assertThatThrownBy(() -> Proof.of(disk, 39)).isInstanceOf(UnusableLedger.class);
  }

  /** Whoever can delete a file can write a line, but has nobody who signs for it. */
  @Test
  void aRetentionThatNoCheckpointCoversExcusesNoMissingLine() throws IOException {
    List<Segments.Part> parts = Segments.list(disk).parts();
    disk.remove(parts.getFirst().name().lines());
    assertThat(problem(disk)).contains("are missing");
    SegmentName last = parts.getLast().name();
    byte[] lines = disk.bytes(last.lines());
    Batch forged = new Batch(new TreeHash(), 40);
    forged.add(
        RecordLine.afterSeq(
            LedgerRecord.ofTheLog(
                Records.NOON, "retention", null, "dropped", parts.getFirst().end())));
    byte[] longer = Arrays.copyOf(lines, lines.length + forged.length());
    System.arraycopy(forged.bytes(), 0, longer, lines.length, forged.length());
    disk.put(last.lines(), longer);
    assertThat(problem(disk)).contains("are missing");
    disk.put(new SegmentName(41).lines(), new byte[0]);
    assertThat(problem(disk)).as("nor where its segment was closed").contains("are missing");
  }

  @Test
  void aRetentionCountsAlsoWhereItsSegmentWasClosedSince() throws IOException {
    retain(SMALL.withRetention(null, 9_000), Records.NOON);
    try (LogTail tail = open()) {
      for (int i = 41; i < 50; i++) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        tail.commit(batch, Records.NOON);
      }
      assertThat(tail.current().first()).isGreaterThan(41);
    }
    assertThat(problem(disk)).isEqualTo("null");
  }

  @Test
  void linesMayBeDroppedWhileALedgerIsVerified() throws IOException {
    AtomicBoolean once = new AtomicBoolean();
    LogFiles watched =
        new PacedFiles(disk, 0, () -> false) {
          @Override
          public InputStream read(String name, long offset) throws IOException {
            InputStream in = super.read(name, offset);
            if (name.equals("checkpoints") && once.compareAndSet(false, true)) {
              retain(SMALL.withRetention(null, 9_000), Records.NOON);
            }
            return in;
          }
        };
    Verdict verdict = Verification.verify(watched, null, null, count -> {});
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.byHash()).isPositive();
    assertThat(verdict.records()).isEqualTo(41);
    assertThat(verdict.uncovered()).isZero();
  }

  @Test
  void whatIsDroppedLeavesItsHashesAndNoOtherFile() throws IOException {
    new Packing(disk, 0, LedgerListener.NONE).packAll(20);
    ReentrantLock lock = new ReentrantLock();
    try (LogTail tail = open()) {
      Retention.apply(tail, SMALL.withRetention(null, 9_000), Records.NOON, lock);
    }
    assertThat(lock.isLocked()).isFalse();
    long first = firstKept();
    assertThat(first).isGreaterThan(20);
    assertThat(disk.names())
        .filteredOn(name -> name.startsWith("0") && SegmentName.of(name).first() < first)
        .isNotEmpty()
        .allMatch(SegmentName::isHashes);
    assertThat(disk.bytes("retained")).asString().isEqualTo(Long.toString(first));
    try (CheckpointFile file = CheckpointFile.read(disk)) {
      assertThat(CheckpointFile.sizeOf(file.next())).as("the first left").isEqualTo(first);
    }
  }

  @Test
  void nothingIsDroppedWhereNothingIsAskedForOrTooLittleIsThere() throws IOException {
    List<String> before = disk.names();
    retain(SMALL, Records.NOON.plus(Duration.ofDays(999)));
    retain(SMALL.withRetention(null, 1 << 30), Records.NOON.plus(Duration.ofDays(999)));
    retain(SMALL.withRetention(Duration.ofDays(999), Long.MAX_VALUE), Records.NOON);
    long bytes = 0;
    for (Segments.Part part : Segments.list(disk).parts()) {
      bytes += SegmentLines.bytes(disk, part.name());
    }
    retain(SMALL.withRetention(null, bytes), Records.NOON);
    assertThat(disk.names()).isEqualTo(before);
    retain(SMALL.withRetention(null, bytes - 1), Records.NOON);
    assertThat(firstKept()).isEqualTo(Segments.list(disk).parts().get(1).name().first());
  }

  @Test
  void linesWithoutTheirHashesAreNotDropped() throws IOException {
    disk.remove("00000000000000000000.hashes");
    retain(SMALL.withRetention(null, 1), Records.NOON);
    assertThat(firstKept()).isZero();
  }

  @Test
  void theOpenSegmentIsKeptHoweverLargeAndOld() throws IOException {
    retain(SMALL.withRetention(Duration.ofDays(1), 1), Records.NOON.plus(Duration.ofDays(99)));
    assertThat(firstKept()).isBetween(30L, 40L);
    assertThat(problem(disk)).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1", "9999999999999999999"})
  void aStartBelievesTheNoteOfWhatWasDroppedOnlyWhereItIsOne(String retained) throws IOException {
    retain(SMALL.withRetention(null, 9_000), Records.NOON);
    disk.put("retained", (firstKept() + "\n").getBytes(StandardCharsets.US_ASCII));
    open().close();
    disk.put("retained", retained.getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(this::open).hasMessageContaining("retention did not drop them");
  }

  private static String problem(LogFiles files) throws IOException {
    return String.valueOf(Verification.verify(files, null, null, count -> {}).problem());
  }
}
