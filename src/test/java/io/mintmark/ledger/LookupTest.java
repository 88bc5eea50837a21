package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.pack.SerialIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(300_000, Duration.ofDays(9));
  private static final int RECORDS = 2_000;

  private final ModelDisk disk = new ModelDisk();

  /** Two of three records are of one id. */
  private static LedgerRecord record(int number) {
    LedgerRecord minted = Records.minted(number);
    return number % 3 == 0 ? minted : Records.minted(1, "record " + number);
  }

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1))) {
      for (int i = 0; i < RECORDS; i += 50) {
        Batch batch = tail.batch();
        for (int j = i; j < i + 50; j++) {
          batch.add(RecordLine.afterSeq(record(j)));
        }
        tail.commit(batch, Records.NOON);
      }
    }
  }

  private void pack() throws IOException {
    new Packing(disk, 0, LedgerListener.NONE)
        .packAll(Segments.list(disk).parts().getLast().name().first());
  }

  private List<Long> found(String id) throws IOException {
    return Lookup.of(disk, id).entries().stream().map(LedgerEntry::seq).toList();
  }

  @Test
  void theOldestThousandAreFoundInOrderPackedOrNot() throws IOException {
    List<Long> expected =
        IntStream.range(0, RECORDS)
            .filter(number -> number % 3 != 0)
            .limit(1_000)
            .mapToObj(number -> (long) number)
            .toList();
    assertThat(found("jti-1")).isEqualTo(expected);
    pack();
    assertThat(found("jti-1")).isEqualTo(expected);
    assertThat(Lookup.of(disk, "jti-1").searched()).isFalse();
    assertThat(Lookup.of(disk, "jti-1").lines())
        .hasSize(1_000)
        .first()
        .asString()
        .contains("record 1");
  }

  @Test
  void anIdIsFoundAsAWhole() throws IOException {
    for (int round = 0; round < 2; round++) {
      for (int number : new int[] {0, 3, 1_500, 1_998}) {
        assertThat(found("jti-" + number)).containsExactly((long) number);
      }
      assertThat(found("jti-19")).isEmpty();
      assertThat(found("ti-3")).isEmpty();
      assertThat(found("decision-3")).isEmpty();
      pack();
    }
  }

  @Test
  void noRecordIsShownThatNoCheckpointCovers() throws IOException {
    byte[] earlier = CheckpointFile.ofSize(disk, RECORDS - 50);
    disk.put("checkpoint", earlier);
    assertThat(found("jti-1998")).isEmpty();
    assertThat(found("jti-1947")).containsExactly(1_947L);
    assertThat(found("jti-1950")).isEmpty();
  }

  @Test
  void aRecordIsFoundAlsoWhereTheIndexHasManyOfOneKey() throws IOException {
    pack();
    SegmentName first = Segments.list(disk).parts().getFirst().name();
    SerialIndex crowded = new SerialIndex();
    byte[] id = "jti-3".getBytes(StandardCharsets.US_ASCII);
    for (int i = 5_000; i > 4; i--) {
      crowded.add(i, id, 0, id.length);
    }
    crowded.add(3, id, 0, id.length);
    disk.put(first.index(), crowded.bytes());
    assertThat(found("jti-3")).containsExactly(3L);
    assertThat(Lookup.of(disk, "jti-3").searched()).isFalse();
  }

  @Test
  void aSegmentThatIsCutIsNoSearch() throws IOException {
    SegmentName first = Segments.list(disk).parts().getFirst().name();
    byte[] lines = disk.bytes(first.lines());
    disk.put(first.lines(), java.util.Arrays.copyOf(lines, lines.length / 2));
    assertThatThrownBy(() -> Lookup.of(disk, "jti-3"))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("are missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"", "a.", "\u00e9"})
  void anIdHasOnlyWhatIdsHave(String id) {
    assertThatThrownBy(() -> Lookup.of(disk, id)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIdHasTwoHundredCharactersAtMost() throws IOException {
    assertThat(found("x".repeat(200))).isEmpty();
    assertThatThrownBy(() -> Lookup.of(disk, "x".repeat(201)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
