package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private static String problem(LogFiles files) throws IOException {
    return String.valueOf(Verification.verify(files, null, null, count -> {}).problem());
  }
}
