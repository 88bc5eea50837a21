package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done with a ledger, and whatever becomes of it, no file stays open. */
class OpenFilesTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(60_000, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();
  private final CountedFiles files = new CountedFiles(disk);

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open()) {
      for (int i = 0; i < 300; i += 10) {
        commit(tail, i, 10);
      }
    }
  }

  private LogTail open() throws IOException {
    return Recovery.open(files, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  private static void commit(LogTail tail, int first, int records) throws IOException {
    Batch batch = tail.batch();
    for (int i = 0; i < records; i++) {
      batch.add(RecordLine.afterSeq(Records.minted(first + i)));
    }
    tail.commit(batch, Records.NOON);
  }

  private void pack() throws IOException {
    new Packing(files, 0, LedgerListener.NONE)
        .packAll(Segments.list(files).parts().getLast().name().first());
  }

  private void readAll() throws IOException {
    assertThat(Verification.verify(files, null, null, count -> {}).problem()).isNull();
    for (int seq : new int[] {0, 3, 150, 299}) {
      assertThat(Proof.of(files, seq).line()).isNotEmpty();
      assertThat(Lookup.of(files, "jti-" + seq).lines()).hasSize(1);
      assertThat(LedgerReader.of(files, () -> 300, seq).readLines(150)).isNotEmpty();
    }
    assertThat(Lookup.of(files, "jti-300").lines()).isEmpty();
  }

  @Test
  void noneIsLeftByReading() throws IOException {
    assertThat(files.left()).isEmpty();
    readAll();
    assertThat(files.left()).isEmpty();
    pack();
    assertThat(files.left()).isEmpty();
    readAll();
    assertThat(files.left()).isEmpty();
    open().close();
    assertThat(files.left()).isEmpty();
  }

  @Test
  void noneIsLeftByRetention() throws IOException {
    try (LogTail tail = open()) {
      Retention.apply(tail, SMALL.withRetention(null, 70_000), Records.NOON, new ReentrantLock());
      assertThat(files.left()).hasSize(2);
    }
    assertThat(Segments.list(disk).firstKept()).isPositive();
    assertThat(Verification.verify(files, null, null, count -> {}).problem()).isNull();
    assertThat(files.left()).isEmpty();
  }

  @Test
  void noneIsLeftByARepair() throws IOException {
    try (LogTail tail = open()) {
      for (String name : new String[] {".jsonl", "checkpoints"}) {
        for (String call : new String[] {"write", "force"}) {
          failOnce(disk, call, name);
          assertThatThrownBy(
                  () -> {
                    commit(tail, 300, 1);
                    tail.publish();
                  })
              .isInstanceOf(IOException.class);
          tail.repair(Records.NOON);
          assertThat(files.left()).as(call + " " + name).hasSize(2);
        }
      }
    }
    assertThat(files.left()).isEmpty();
  }

  private static void failOnce(ModelDisk disk, String call, String name) {
    disk.fault =
        (called, file, bytes) -> {
          if (called.equals(call) && file.endsWith(name)) {
            disk.fault = (more, other, count) -> {};
            throw new IOException("Input/output error");
          }
        };
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncate", "force", "replace"})
  void noneIsLeftByAStartThatFails(String call) throws IOException {
    for (String name : new String[] {".jsonl", "checkpoints", "checkpoint"}) {
      failOnce(disk, call, name);
      try {
        open().close();
      } catch (IOException failed) {
        assertThat(failed).hasMessage("Input/output error");
      }
      assertThat(files.left()).as(call + " " + name).isEmpty();
      ModelDisk empty = new ModelDisk();
      CountedFiles fresh = new CountedFiles(empty);
      failOnce(empty, call, name);
      try {
        Recovery.open(fresh, new TestKey(1), SMALL, Records.NOON, new Random(1)).close();
      } catch (IOException failed) {
        assertThat(failed).hasMessage("Input/output error");
      }
      assertThat(fresh.left()).as("of a new log, " + call + " " + name).isEmpty();
    }
  }

  @Test
  void noneIsLeftWhereALedgerDoesNotHold() throws IOException {
    SegmentName last = Segments.list(disk).parts().getLast().name();
    byte[] lines = disk.bytes(last.lines());
    lines[40] ^= 1;
    disk.put(last.lines(), lines);
    assertThatThrownBy(this::open).isInstanceOf(UnusableLedger.class);
    assertThat(Verification.verify(files, null, null, count -> {}).problem()).isNotNull();
    assertThatThrownBy(() -> Proof.of(files, 299)).isInstanceOf(UnusableLedger.class);
    assertThat(files.left()).isEmpty();
    pack();
    String packed = new SegmentName(0).packed();
    byte[] blocks = disk.bytes(packed);
    blocks[3] ^= 1;
    disk.put(packed, blocks);
    assertThatThrownBy(() -> Proof.of(files, 60)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> LedgerReader.of(files, () -> 300, 60).readLines(1))
        .isInstanceOf(IOException.class);
    assertThat(files.left()).isEmpty();
  }
}
