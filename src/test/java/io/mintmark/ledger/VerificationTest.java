package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What verification says, beside that it holds or does not. */
class VerificationTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(2_000, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open(disk)) {
      for (int i = 0; i < 12; i++) {
        commit(tail, i);
      }
    }
    assertThat(verify().problem()).isNull();
  }

  private static LogTail open(LogFiles files) throws IOException {
    return Recovery.open(files, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  private static void commit(LogTail tail, int number) throws IOException {
    Batch batch = tail.batch();
    batch.add(RecordLine.afterSeq(Records.minted(number)));
    tail.commit(batch, Records.NOON);
  }

  private Verdict verify() throws IOException {
    return Verification.verify(disk, null, null, count -> {});
  }

  private SegmentName last() throws IOException {
    return Segments.list(disk).parts().getLast().name();
  }

  private void append(String name, byte[] more) {
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.writeBytes(disk.bytes(name));
    longer.writeBytes(more);
    disk.put(name, longer.toByteArray());
  }

  private static byte[] line(int seq) {
    Batch batch = new Batch(new io.mintmark.ledger.tree.TreeHash(), seq);
    batch.add(RecordLine.afterSeq(Records.minted(seq)));
    return java.util.Arrays.copyOf(batch.bytes(), batch.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint", "checkpoints", "vkey"})
  void aFileThatIsMissingIsSaid(String name) throws IOException {
    disk.remove(name);
    assertThat(verify().problem()).contains("missing");
  }

  @Test
  void whatIsFoundIsCounted() throws IOException {
    Verdict verdict = verify();
    assertThat(verdict.records()).isEqualTo(12);
    assertThat(verdict.byHash()).isZero();
    assertThat(verdict.uncovered()).isZero();
    assertThat(verdict.checkpoints()).isEqualTo(13);
    assertThat(verdict.notes()).isEmpty();
    assertThat(verdict.origin())
        .isEqualTo(new String(disk.bytes("origin"), StandardCharsets.UTF_8).strip());
    assertThat(new String(disk.bytes("checkpoint"), StandardCharsets.UTF_8))
        .contains("\n12\n" + verdict.root() + "\n");
    assertThat(verdict.checkpointGiven()).isFalse();
  }

  @Test
  void recordsThatNoCheckpointCoversAreCountedAndNoted() throws IOException {
    append(last().lines(), line(12));
    append(last().lines(), line(13));
    append(last().lines(), "{\"seq\":14".getBytes(StandardCharsets.US_ASCII));
    Verdict verdict = verify();
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.records()).isEqualTo(12);
    assertThat(verdict.uncovered()).isEqualTo(2);
    assertThat(verdict.notes())
        .containsExactly("2 records after the newest checkpoint are not yet signed for");
    append(last().lines(), "\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(verify().problem()).isNull();
    assertThat(verify().notes())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("after the newest checkpoint: at record 14 stands another line");
  }

  /** The newest checkpoint ends with a segment, so that nothing after it must be read. */
  @Test
  void aLineTooManyShowsAlsoWhereNothingFollows() throws IOException {
    List<Segments.Part> parts = Segments.list(disk).parts();
    long size = last().first();
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    byte[] newest = new byte[0];
    try (CheckpointFile file = CheckpointFile.read(disk)) {
      for (byte[] note = file.next(); note != null; note = file.next()) {
        if (CheckpointFile.sizeOf(note) <= size) {
          notes.writeBytes(note);
          newest = note;
        }
      }
    }
    disk.put("checkpoints", notes.toByteArray());
    disk.put("checkpoint", newest);
    disk.put(last().lines(), new byte[0]);
    assertThat(verify().problem()).isNull();
    assertThat(verify().records()).isEqualTo(size);
    append(parts.get(parts.size() - 2).name().lines(), line((int) size));
    assertThat(verify().problem()).contains("has more lines than it had records");
  }

  /** They are no record, and no root would tell of them. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "{\"seq\":", " "})
  void bytesBehindTheLastLineOfAClosedSegmentShow(String more) throws IOException {
    append(new SegmentName(0).lines(), more.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(verify().problem()).contains("has more lines than it had records");
  }

  @Test
  void aForkOfTheSameSizeShows() throws IOException {
    ModelDisk fork = new ModelDisk();
    fork.put("origin", disk.bytes("origin"));
    try (LogTail tail = open(fork)) {
      for (int i = 0; i < 12; i++) {
        commit(tail, i == 11 ? 1000 : i);
      }
    }
    byte[] elsewhere = fork.bytes("checkpoint");
    assertThat(Verification.verify(disk, null, elsewhere, count -> {}).problem())
        .contains("forked");
    disk.put("checkpoint", elsewhere);
    assertThat(verify().problem()).contains("forked");
  }

  @Test
  void aCheckpointFromElsewhereOfAnotherLogIsRefused() throws IOException {
    ModelDisk other = new ModelDisk();
    try (LogTail tail = Recovery.open(other, new TestKey(1), SMALL, Records.NOON, new Random(2))) {
      commit(tail, 0);
    }
    assertThat(Verification.verify(disk, null, other.bytes("checkpoint"), count -> {}).holds())
        .isFalse();
  }

  @Test
  void progressIsTold() throws IOException {
    List<Long> told = new ArrayList<>();
    ModelDisk large = new ModelDisk();
    try (LogTail tail =
        Recovery.open(
            large, new TestKey(1), JournalSettings.defaults(), Records.NOON, new Random(1))) {
      Batch batch = tail.batch();
      for (int i = 0; i < 1 << 14; i++) {
        batch.add(RecordLine.afterSeq(Records.refused(Records.NOON, "a", null)));
      }
      tail.commit(batch, Records.NOON);
      assertThat(Verification.verify(large, null, null, told::add).problem()).isNull();
    }
    assertThat(told).containsExactly(1L << 14);
  }

  @Test
  void aFolderThatCannotBeReadIsNoVerdict() {
    LogFiles broken =
        new PacedFiles(disk, 0, () -> false) {
          @Override
          public java.io.InputStream read(String name, long offset) throws IOException {
            if (name.endsWith(".jsonl")) {
              throw new IOException("Input/output error");
            }
            return super.read(name, offset);
          }
        };
    assertThatThrownBy(() -> Verification.verify(broken, null, null, count -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Input/output error");
  }
}
