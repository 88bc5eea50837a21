package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Roots of subtrees on a disk that fails. */
class SubtreesTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(60_000, Duration.ofDays(9));
  private static final int RECORDS = 700;

  private final ModelDisk disk = new ModelDisk();

  private void write() throws IOException {
    try (LogTail tail = Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1))) {
      for (int i = 0; i < RECORDS; i++) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        tail.commit(batch, Records.NOON);
      }
    }
  }

  /** What a failed force leaves may go with the power, and no second force would tell. */
  @Test
  void rootsOfSubtreesThatWereNotForcedAreWrittenAgain() throws IOException {
    write();
    AtomicInteger forces = new AtomicInteger();
    disk.fault =
        (call, name, bytes) -> {
          if (call.equals("force")
              && name.equals(Subtrees.file(8))
              && forces.incrementAndGet() == RECORDS >> 8) {
            throw new IOException("full");
          }
        };
    Packing packing = new Packing(disk, 0, LedgerListener.NONE);
    long open = Segments.list(disk).parts().getLast().name().first();
    assertThatThrownBy(() -> packing.packAll(open)).hasMessage("full");
    packing.packAll(open);
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      ModelDisk crash = disk.afterPowerLoss(random);
      assertThat(Verification.verify(crash, null, null, count -> {}).problem()).isNull();
      assertThat(crash.bytes(Subtrees.file(8))).isEqualTo(disk.bytes(Subtrees.file(8)));
    }
  }
}
