package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTailTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(1_200, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  private LogTail open() throws IOException {
    return Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  private static void commit(LogTail tail, Instant now) throws IOException {
    Batch batch = tail.batch();
    batch.add(RecordLine.afterSeq(Records.minted((int) tail.size())));
    tail.commit(batch, now);
  }

  private void failOnce(String call, String name) {
    disk.fault =
        (called, file, bytes) -> {
          if (called.equals(call) && file.endsWith(name)) {
            disk.fault = (more, other, count) -> {};
            throw new IOException("Input/output error");
          }
        };
  }

  private List<Long> segments() throws IOException {
    return Segments.list(disk).parts().stream().map(part -> part.name().first()).toList();
  }

  @Test
  void aSegmentIsClosedWhereItIsFull() throws IOException {
    try (LogTail tail = open()) {
      for (int i = 0; i < 7; i++) {
        commit(tail, Records.NOON);
      }
    }
    assertThat(disk.bytes("00000000000000000000.jsonl")).hasSizeBetween(1_200, 1_900);
    assertThat(segments()).containsExactly(0L, 2L, 4L, 6L);
    assertThat(disk.bytes("00000000000000000000.hashes")).hasSize((int) (segments().get(1) * 32));
  }

  @Test
  void aSegmentIsClosedWhereItIsOldToTheInstant() throws IOException {
    Instant closes = Records.NOON.plus(SMALL.segmentAge());
    try (LogTail tail = open()) {
      commit(tail, Records.NOON);
      commit(tail, closes);
      assertThat(tail.current()).isEqualTo(new SegmentName(0));
      commit(tail, closes.plusNanos(1));
      assertThat(tail.current()).isEqualTo(new SegmentName(2));
    }
  }

  @Test
  void anEmptySegmentIsNeverClosed() throws IOException {
    try (LogTail tail = open()) {
      commit(tail, Records.NOON.plus(Duration.ofDays(99)));
    }
    assertThat(segments()).containsExactly(0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "write .jsonl",
        "written .jsonl",
        "force .jsonl",
        "write checkpoints",
        "written checkpoints"
      })
  void nothingIsWrittenBetweenAFailureAndItsRepair(String fault) throws IOException {
    try (LogTail tail = open()) {
      commit(tail, Records.NOON);
      failOnce(fault.split(" ")[0], fault.split(" ")[1]);
      assertThatThrownBy(() -> commit(tail, Records.NOON)).hasMessage("Input/output error");
      assertThat(tail.broken()).isTrue();
      List<String> calls = new ArrayList<>();
      disk.fault = (call, name, bytes) -> calls.add(call);
      assertThatThrownBy(() -> commit(tail, Records.NOON)).hasMessageContaining("repaired first");
      assertThat(calls).isEmpty();
      tail.repair(Records.NOON);
      assertThat(tail.broken()).isFalse();
      assertThat(calls).contains("replaced", "delete");
      assertThat(disk.exists("probe")).isFalse();
      commit(tail, Records.NOON);
    }
    assertThat(Verification.verify(disk, null, null, count -> {}).problem()).isNull();
    assertThat(open().size()).isGreaterThan(1);
  }

  @Test
  void aTailThatIsBrokenPublishesNothingWhenItIsClosed() throws IOException {
    LogTail tail = open();
    commit(tail, Records.NOON);
    byte[] published = disk.bytes("checkpoint");
    failOnce("write", ".jsonl");
    assertThatThrownBy(() -> commit(tail, Records.NOON)).isInstanceOf(IOException.class);
    List<String> calls = new ArrayList<>();
    disk.fault = (call, name, bytes) -> calls.add(call + " " + name);
    tail.close();
    assertThat(calls).isEmpty();
    assertThat(disk.bytes("checkpoint")).isEqualTo(published);
  }

  @Test
  void whatWasPublishedIsNotPublishedAgainWhenItIsClosed() throws IOException {
    LogTail tail = open();
    commit(tail, Records.NOON);
    assertThat(tail.unpublished()).isTrue();
    tail.publish();
    assertThat(tail.unpublished()).isFalse();
    List<String> calls = new ArrayList<>();
    disk.fault = (call, name, bytes) -> calls.add(call + " " + name);
    tail.close();
    assertThat(calls).isEmpty();
  }

  /** The disk may say that it failed after it did what it was told. */
  @Test
  void aSegmentThatCouldNotBeForcedIsFollowedByAnother() throws IOException {
    try (LogTail tail = open()) {
      failOnce("force", ".jsonl");
      assertThatThrownBy(() -> commit(tail, Records.NOON)).isInstanceOf(IOException.class);
      tail.repair(Records.NOON);
      assertThat(tail.current()).as("nothing was kept of it").isEqualTo(new SegmentName(0));
      assertThat(disk.bytes("00000000000000000000.jsonl")).isEmpty();
      commit(tail, Records.NOON);
      failOnce("force", ".jsonl");
      assertThatThrownBy(() -> commit(tail, Records.NOON)).isInstanceOf(IOException.class);
      tail.repair(Records.NOON);
      assertThat(tail.current()).isEqualTo(new SegmentName(1));
      commit(tail, Records.NOON);
      failOnce("write", ".jsonl");
      assertThatThrownBy(() -> commit(tail, Records.NOON)).isInstanceOf(IOException.class);
      tail.repair(Records.NOON);
      assertThat(tail.current()).as("only written").isEqualTo(new SegmentName(1));
    }
    assertThat(Verification.verify(disk, null, null, count -> {}).records()).isEqualTo(2);
  }
}
