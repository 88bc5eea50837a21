package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Power may go between any two calls to the disk: what was acknowledged is there and verifies. */
class PowerLossTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(4_000, Duration.ofDays(9));

  /** A disk as a crash left it, with what had been acknowledged by then. */
  private record Crash(ModelDisk disk, int acknowledged, String at) {}

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "3,20"})
  void everyAcknowledgedRecordSurvivesAndVerifies(int seed, int perBatch) throws Exception {
    Random random = new Random(seed);
    ModelDisk disk = new ModelDisk();
    List<Crash> crashes = new ArrayList<>();
    int[] acknowledged = {0};
    disk.fault =
        (call, name, bytes) -> {
          String at = call + " " + name;
          crashes.add(new Crash(disk.afterKill(), acknowledged[0], "kill at " + at));
          for (int i = 0; i < 2; i++) {
            crashes.add(new Crash(disk.afterPowerLoss(random), acknowledged[0], at));
          }
        };
    List<String> written = new ArrayList<>();
    try (LogTail tail = open(disk)) {
      for (int batch = 0; batch < 24 / perBatch + 4; batch++) {
        commit(tail, perBatch);
        acknowledged[0] += perBatch;
        if (batch % 5 == 4) {
          tail.publish();
        }
      }
      written.addAll(LedgerReader.of(disk, tail::size, 0).readLines(10_000));
    }
    for (Crash crash : crashes) {
      survives(crash, written, "seed " + seed + ", " + crash.at());
    }
    assertThat(crashes).hasSizeGreaterThan(100);
  }

  private static void survives(Crash crash, List<String> written, String as) throws IOException {
    long recovered;
    if (crash.at().startsWith("kill") && crash.acknowledged() > 0) {
      Verdict before = Verification.verify(crash.disk(), null, null, count -> {});
      assertThat(before.problem()).as("before the restart, " + as).isNull();
      assertThat(before.records() + before.uncovered())
          .as(as)
          .isGreaterThanOrEqualTo(crash.acknowledged());
    }
    try (LogTail tail = open(crash.disk())) {
      recovered = tail.size();
      assertThat(recovered).as(as).isGreaterThanOrEqualTo(crash.acknowledged());
      assertThat(LedgerReader.of(crash.disk(), tail::size, 0).readLines(10_000))
          .as(as)
          .isEqualTo(written.subList(0, (int) recovered));
      commit(tail, 2);
    } catch (UnusableLedger refused) {
      throw new AssertionError(as + ": " + refused.getMessage(), refused);
    }
    Verdict verdict = Verification.verify(crash.disk(), null, null, count -> {});
    assertThat(verdict.problem()).as(as).isNull();
    assertThat(verdict.records()).as(as).isEqualTo(recovered + 2);
    assertThat(verdict.uncovered()).as(as).isZero();
  }

  private static LogTail open(LogFiles files) throws IOException {
    return Recovery.open(files, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  private static void commit(LogTail tail, int records) throws IOException {
    Batch batch = tail.batch();
    for (int i = 0; i < records; i++) {
      batch.add(RecordLine.afterSeq(Records.minted((int) tail.size() + i)));
    }
    tail.commit(batch, Records.NOON);
  }
}
