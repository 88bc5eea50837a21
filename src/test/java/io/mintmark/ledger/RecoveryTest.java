package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start makes of a folder, where no power was lost. */
class RecoveryTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(2_000, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open(disk)) {
      for (int i = 0; i < 8; i++) {
        commit(tail, i);
      }
    }
  }

  private static LogTail open(LogFiles files) throws IOException {
    return open(files, Records.NOON);
  }

  private static LogTail open(LogFiles files, Instant now) throws IOException {
    return Recovery.open(files, new TestKey(1), SMALL, now, new Random(1));
  }

  private static void commit(LogTail tail, int number) throws IOException {
    Batch batch = tail.batch();
    batch.add(RecordLine.afterSeq(Records.minted(number)));
    tail.commit(batch, Records.NOON);
  }

  private static void unusable(LogFiles files, String what) {
    assertThatThrownBy(() -> open(files))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining(what);
  }

  private SegmentName last() throws IOException {
    return Segments.list(disk).parts().getLast().name();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void append(String name, byte[] more) {
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.writeBytes(disk.bytes(name));
    longer.writeBytes(more);
    disk.put(name, longer.toByteArray());
  }

  @Test
  void filesThatWereNeverFinishedAreDeleted() throws IOException {
    disk.put("checkpoint.tmp", new byte[3]);
    disk.put("00000000000000000000.jsonl.gz.tmp", new byte[3]);
    open(disk).close();
    assertThat(disk.names()).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void aLogHasThePrefixAndAWordOfItsOwn() {
    assertThat(new String(disk.bytes("origin"), StandardCharsets.UTF_8))
        .matches("mintmark\\.io/ledger/[0-9a-f]{16}\n");
    assertThat(disk.bytes("origin")).isNotEqualTo(another().bytes("origin"));
  }

  private static ModelDisk another() {
    ModelDisk another = new ModelDisk();
    try {
      Recovery.open(another, new TestKey(1), SMALL, Records.NOON, new Random(2)).close();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
    return another;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint",
        "00000000000000000000.jsonl",
        "00000000000000000000.jsonl.gz",
        "00000000000000000000.hashes"
      })
  void whatIsLeftOfALogIsNotTakenForANewOne(String name) {
    ModelDisk left = new ModelDisk();
    left.put(name, new byte[32]);
    unusable(left, "its file \"origin\" is missing");
    if (!name.equals("checkpoint")) {
      left.put("origin", ascii("example.org/log\n"));
      unusable(left, "no checkpoint that its key signed");
    }
  }

  @Test
  void aLogThatNeverBeganBegins() throws IOException {
    ModelDisk begun = new ModelDisk();
    begun.put("00000000000000000000.jsonl", new byte[0]);
    begun.put("checkpoints", ascii("torn\n"));
    begun.put("torn-0-0", new byte[9]);
    try (LogTail tail = open(begun)) {
      commit(tail, 0);
    }
    assertThat(Verification.verify(begun, null, null, count -> {}).problem()).isNull();
    assertThat(new String(begun.bytes("checkpoints"), StandardCharsets.UTF_8))
        .startsWith("mintmark.io/ledger/");
  }

  @Test
  void theVerifierKeyIsWrittenAgainWhereItIsMissing() throws IOException {
    byte[] key = disk.bytes("vkey");
    disk.remove("vkey");
    open(disk).close();
    assertThat(disk.bytes("vkey")).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "vkey"})
  void aMalformedNameOrKeyIsSaid(String name) {
    disk.put(name, ascii("a b\n"));
    unusable(disk, "malformed");
  }

  @Test
  void aLogOfACheckpointWithoutRecordsDoesNotOpen() throws IOException {
    for (String name : disk.names()) {
      if (name.startsWith("0")) {
        disk.remove(name);
      }
    }
    unusable(disk, "but no records");
  }

  @Test
  void aCheckpointOlderThanTheNewestSegmentDoesNotOpen() throws IOException {
    byte[] old = CheckpointFile.ofSize(disk, 2);
    assertThat(last().first()).isGreaterThan(2);
    disk.put("checkpoints", old);
    disk.put("checkpoint", old);
    unusable(disk, "older than its newest segment");
  }

  @Test
  void aSegmentAndItsEdgeThatWereAlteredTogetherDoNotOpen() throws IOException {
    byte[] edge = disk.bytes(last().edge());
    disk.put(last().edge(), disk.bytes(Segments.list(disk).parts().get(1).name().edge()));
    open(disk).close();
    disk.put(last().edge(), edge);
    byte[] lines = disk.bytes(last().lines());
    lines[50] ^= 1;
    disk.put(last().lines(), lines);
    unusable(disk, "altered");
  }

  @Test
  void whatIsTornIsKeptBesideWhatWasTornBefore() throws IOException {
    byte[] lines = disk.bytes(last().lines());
    disk.put("torn-8-0", ascii("before"));
    append(last().lines(), ascii("{\"seq\":8,\"ti"));
    open(disk).close();
    assertThat(disk.bytes("torn-8-0")).isEqualTo(ascii("before"));
    assertThat(disk.bytes("torn-8-1")).isEqualTo(ascii("{\"seq\":8,\"ti"));
    assertThat(disk.bytes(last().lines())).isEqualTo(lines);
    open(disk).close();
    assertThat(disk.names()).filteredOn(name -> name.startsWith("torn")).hasSize(2);
  }

  /** A line that ends and is no record would stop every reader, once it is signed for. */
  @Test
  void aWholeLineThatIsNoRecordIsTornToo() throws IOException {
    append(last().lines(), ascii("{\"seq\":8}\n"));
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(8);
    }
    assertThat(disk.bytes("torn-8-0")).isEqualTo(ascii("{\"seq\":8}\n"));
  }

  @Test
  void wholeRecordsWithoutACheckpointAreKeptAndSignedFor() throws IOException {
    Batch batch = new Batch(new io.mintmark.ledger.tree.TreeHash(), 8);
    batch.add(RecordLine.afterSeq(Records.minted(8)));
    append(last().lines(), Arrays.copyOf(batch.bytes(), batch.length()));
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(9);
      assertThat(tail.unpublished()).isFalse();
    }
    Verdict verdict = Verification.verify(disk, null, null, count -> {});
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.records()).isEqualTo(9);
  }

  @Test
  void aSegmentIsAsOldAfterARestartAsItsFirstRecord() throws IOException {
    SegmentName before = last();
    int first = (int) before.first();
    Instant closes = Records.NOON.plusSeconds(first).plus(SMALL.segmentAge());
    try (LogTail tail = open(disk, closes.plusSeconds(1))) {
      Batch batch = tail.batch();
      batch.add(RecordLine.afterSeq(Records.minted(8)));
      tail.commit(batch, closes.plusSeconds(1));
    }
    assertThat(last()).isEqualTo(new SegmentName(8));
    assertThat(before).isNotEqualTo(last());
  }

  @Test
  void aLostCheckpointIsPutBackAndAnOlderOneIsNotBelieved() throws IOException {
    byte[] all = disk.bytes("checkpoints");
    byte[] newest = disk.bytes("checkpoint");
    disk.put("checkpoints", Arrays.copyOf(all, all.length - newest.length));
    open(disk).close();
    assertThat(disk.bytes("checkpoints")).isEqualTo(all);
    disk.put("checkpoints", Arrays.copyOf(all, all.length - newest.length - 20));
    open(disk).close();
    List<Long> sizes = new ArrayList<>();
    try (CheckpointFile file = CheckpointFile.read(disk)) {
      for (byte[] note = file.next(); note != null; note = file.next()) {
        sizes.add(CheckpointFile.sizeOf(note));
      }
    }
    assertThat(sizes).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 8L);
    assertThat(Verification.verify(disk, null, null, count -> {}).problem()).isNull();
  }

  @Test
  void aCheckpointThatTheKeyDidNotSignIsNotPassedOver() throws IOException {
    disk.put("checkpoint", another().bytes("checkpoint"));
    unusable(disk, "the ledger's file \"checkpoint\" does not hold");
  }

  @Test
  void theFileOfCheckpointsAloneTellsTheNewest() throws IOException {
    disk.remove("checkpoint");
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(8);
    }
    assertThat(new String(disk.bytes("checkpoint"), StandardCharsets.UTF_8)).contains("\n8\n");
    disk.remove("checkpoints");
    open(disk).close();
    assertThat(disk.bytes("checkpoints")).isEqualTo(disk.bytes("checkpoint"));
    disk.remove("checkpoint");
    disk.put("checkpoints", new byte[0]);
    unusable(disk, "no checkpoint that its key signed");
  }

  @Test
  void checkpointsBehindThePublishedOneAreBelieved() throws IOException {
    byte[] all = disk.bytes("checkpoints");
    byte[] newest = disk.bytes("checkpoint");
    disk.put("checkpoint", CheckpointFile.ofSize(disk, 7));
    open(disk).close();
    assertThat(disk.bytes("checkpoint")).isEqualTo(newest);
    assertThat(disk.bytes("checkpoints")).isEqualTo(all);
  }

  @Test
  void anotherKeyThanTheLogsIsSaid() {
    assertThatThrownBy(
            () -> Recovery.open(disk, new TestKey(2), SMALL, Records.NOON, new Random(1)))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("signed with another key than the broker has now");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "altered", "cut"})
  void anEdgeThatIsNotRightIsWorkedOutAgain(String edge) throws IOException {
    spoil(last(), edge);
    goesOn(last());
  }

  /** As after a loss of power between a segment's begin and its first record. */
  @ParameterizedTest
  @ValueSource(strings = {"right", "missing", "altered", "cut"})
  void soIsOneBeforeASegmentWithoutRecords(String edge) throws IOException {
    try (LogTail tail = open(disk)) {
      Batch batch = tail.batch();
      batch.add(RecordLine.afterSeq(Records.minted(8)));
      tail.commit(batch, Records.NOON.plus(SMALL.segmentAge().multipliedBy(2)));
    }
    assertThat(last()).isEqualTo(new SegmentName(8));
    byte[] eight = CheckpointFile.ofSize(disk, 8);
    disk.put(last().lines(), new byte[0]);
    disk.put("checkpoint", eight);
    disk.put(
        "checkpoints",
        Arrays.copyOf(disk.bytes("checkpoints"), disk.bytes("checkpoints").length - eight.length));
    spoil(last(), edge);
    goesOn(last());
  }

  private void spoil(SegmentName name, String how) {
    byte[] edge = disk.bytes(name.edge());
    switch (how) {
      case "missing" -> disk.remove(name.edge());
      case "cut" -> disk.put(name.edge(), Arrays.copyOf(edge, edge.length - 2));
      case "altered" -> {
        edge[3] = (byte) (edge[3] == 'A' ? 'B' : 'A');
        disk.put(name.edge(), edge);
      }
      default -> {}
    }
  }

  private void goesOn(SegmentName edge) throws IOException {
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(8);
      commit(tail, 8);
    }
    disk.remove(edge.edge()); // it is not mended, and stands beside what is verified
    Verdict verdict = Verification.verify(disk, null, null, count -> {});
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.records()).isEqualTo(9);
  }
}
