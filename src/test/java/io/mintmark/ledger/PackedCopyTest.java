package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Plain lines go only where their copy was read back, and hashes count only where all are there.
 */
class PackedCopyTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(20_000, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1))) {
      for (int i = 0; i < 80; i++) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        tail.commit(batch, Records.NOON);
      }
    }
  }

  private List<Segments.Part> parts() throws IOException {
    return Segments.list(disk).parts();
  }

  /** A disk that keeps other bytes than it was given. */
  private static final class LyingDisk extends PacedFiles {
    LyingDisk(LogFiles files) {
      super(files, 0, () -> false);
    }

    @Override
    public AppendFile append(String name) throws IOException {
      AppendFile file = super.append(name);
      return new AppendFile() {
        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          byte[] other = Arrays.copyOfRange(bytes, offset, offset + length);
          other[length / 2] ^= 1;
          file.write(other, 0, length);
        }

        @Override
        public void force() throws IOException {
          file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
          file.truncate(size);
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }
  }

  @Test
  void aCopyThatIsNoneDoesNotTakeThePlaceOfLines() throws IOException {
    byte[] lines = disk.bytes(new SegmentName(0).lines());
    Packing packing = new Packing(new LyingDisk(disk), 0, LedgerListener.NONE);
    assertThatThrownBy(() -> packing.packAll(parts().get(1).name().first()))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("did not come out as its lines are");
    assertThat(disk.bytes(new SegmentName(0).lines())).isEqualTo(lines);
    assertThat(disk.names())
        .noneMatch(SegmentName::isPacked)
        .noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void retentionMayGoOnWhereSegmentsWerePacked() throws IOException {
    Packing packing = new Packing(disk, 0, LedgerListener.NONE);
    packing.packAll(parts().getLast().name().first());
    assertThat(disk.names()).anyMatch(SegmentName::isPacked);
    assertThat(((ReentrantLock) packing.lock()).isLocked()).isFalse();
  }

  @Test
  void segmentsAfterTheOneThatIsOpenForPackingStayAsTheyAre() throws IOException {
    long until = parts().get(1).name().first();
    new Packing(disk, 0, LedgerListener.NONE).packAll(until - 1);
    assertThat(disk.names()).noneMatch(SegmentName::isPacked);
    new Packing(disk, 0, LedgerListener.NONE).packAll(until);
    assertThat(disk.names()).filteredOn(SegmentName::isPacked).hasSize(1);
  }

  @Test
  void hashesCountOnlyWhereThereAreAsManyAsRecords() throws IOException {
    String hashes = new SegmentName(0).hashes();
    byte[] all = disk.bytes(hashes);
    assertThat(parts().getFirst().hashes()).isTrue();
    disk.put(hashes, Arrays.copyOf(all, all.length - 32));
    assertThat(parts().getFirst().hashes()).isFalse();
    assertThat(Proof.of(disk, 0).line()).contains("decision-0");
    disk.put(hashes, Arrays.copyOf(all, all.length + 32));
    assertThat(parts().getFirst().hashes()).isFalse();
    assertThat(Verification.verify(disk, null, null, count -> {}).problem()).isNull();
    disk.remove(new SegmentName(0).lines());
    assertThatThrownBy(this::parts)
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("seq 0 to ");
  }

  @Test
  void segmentsFollowEachOtherFromTheFirst() throws IOException {
    List<Segments.Part> parts = parts();
    SegmentName second = parts.get(1).name();
    for (String name : List.of(second.lines(), second.hashes())) {
      disk.remove(name);
    }
    assertThat(parts()).as("its lines may be in the one before").hasSize(parts.size() - 1);
    assertThat(Verification.verify(disk, null, null, count -> {}).problem()).contains("missing");
    disk.remove(new SegmentName(0).lines());
    disk.remove(new SegmentName(0).hashes());
    assertThatThrownBy(this::parts).hasMessageContaining("seq 0 to ");
  }

  @Test
  void onlyNamesOfSegmentsAreSegments() {
    assertThat(SegmentName.isLines("00000000000000000007.jsonl")).isTrue();
    assertThat(SegmentName.isHashes("00000000000000000007.hashes")).isTrue();
    assertThat(SegmentName.isPacked("00000000000000000007.jsonl.gz")).isTrue();
    for (String name :
        List.of(
            "10000000000000000007.jsonl",
            "0000000000000000007.jsonl",
            "000000000000000000007.jsonl",
            "0000000000000000000x.jsonl",
            "0000000000000000000/.jsonl",
            "0000000000000000000:.jsonl",
            "00000000000000000007.jsonx")) {
      assertThat(SegmentName.isLines(name)).as(name).isFalse();
    }
  }
}
