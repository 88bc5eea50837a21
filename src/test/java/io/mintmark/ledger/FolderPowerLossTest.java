package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.powerloss.PowerLoss;
import io.mintmark.powerloss.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The log in its real folder, on a disk that may lose its power after each call, with files and
 * names in every state that was not forced. What was acknowledged is there and verifies.
 */
class FolderPowerLossTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(4_000, Duration.ofDays(9));
  private static final long SEED = 20261122;

  private final Volume volume = new Volume();

  /** How many records were acknowledged after so many calls to the disk. */
  private final TreeMap<Integer, Long> acknowledged = new TreeMap<>();

  private final List<String> written = new ArrayList<>();

  @BeforeEach
  void aDataFolderThatIsThere() throws IOException {
    Path data = Files.createDirectory(data(volume));
    DurableFolder.force(data.getParent());
    acknowledged.put(0, 0L);
  }

  private static Path data(Volume volume) {
    return volume.path("/data");
  }

  private static LogTail open(Volume volume) throws IOException {
    Reorigin.finish(data(volume));
    FolderFiles files = FolderFiles.create(LedgerFolder.under(data(volume)));
    LogTail tail = Recovery.open(files, new TestKey(1), SMALL, Records.NOON, new Random(1));
    Reorigin.continueFrom(files, tail, Records.NOON);
    return tail;
  }

  private static void commit(LogTail tail, int records) throws IOException {
    Batch batch = tail.batch();
    for (int i = 0; i < records; i++) {
      batch.add(RecordLine.afterSeq(Records.minted((int) tail.size() + i)));
    }
    tail.commit(batch, Records.NOON);
  }

  private void acknowledge(LogTail tail) {
    acknowledged.put(volume.calls(), tail.size());
  }

  private static List<String> lines(Volume volume, long from, long size) throws IOException {
    return LedgerReader.of(FolderFiles.in(LedgerFolder.under(data(volume))), () -> size, from)
        .readLines(10_000);
  }

  /** Opens what is left, compares it, goes on with it, and verifies the whole. */
  private void survives(Volume left, int calls, String what) throws IOException {
    long recovered;
    try (LogTail tail = open(left)) {
      recovered = tail.size();
      assertThat(recovered)
          .as(what)
          .isGreaterThanOrEqualTo(acknowledged.floorEntry(calls).getValue());
      assertThat(lines(left, 0, recovered))
          .as(what)
          .isEqualTo(written.subList((int) firstKept(left), (int) recovered));
      commit(tail, 1);
    } catch (UnusableLedger refused) {
      throw new AssertionError(what + ": " + refused.getMessage(), refused);
    }
    Verdict verdict = Verification.verify(data(left), null, null, count -> {});
    assertThat(verdict.problem()).as(what).isNull();
    assertThat(verdict.records()).as(what).isEqualTo(recovered + 1);
    assertThat(verdict.uncovered()).as(what).isZero();
  }

  private static long firstKept(Volume left) throws IOException {
    return Segments.list(FolderFiles.in(LedgerFolder.under(data(left)))).firstKept();
  }

  private void write(LogTail tail, int batches, int each) throws IOException {
    for (int batch = 0; batch < batches; batch++) {
      long before = tail.size();
      commit(tail, each);
      acknowledge(tail);
      written.addAll(lines(volume, before, tail.size()));
      if (batch % 4 == 3) {
        tail.publish();
      }
    }
  }

  private void everySurvivor(int from, int most) throws Exception {
    shown(new PowerLoss(most, SEED).replay(volume, from, this::survives));
  }

  private static void shown(PowerLoss loss) {
    System.out.println("power loss, seed " + SEED + ": " + loss.counts());
    assertThat(loss.survivors()).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9})
  void nothingAcknowledgedIsLostWhereverTheBatchIsCut(int perBatch) throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 9 / perBatch + 2, perBatch);
    }
    everySurvivor(0, 40);
  }

  @Test
  void aBatchMayEndAfterEachOfItsBytes() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 1, 1);
      int from = volume.calls();
      write(tail, 1, 2);
      shown(new PowerLoss(1, SEED).everyByte(volume, from, this::survives));
    }
  }

  /** A system may show old blocks; what they make of a record nobody has is at least no poison. */
  @Test
  void oldBytesWhereAFileGrewStopNobody() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 4, 3);
    }
    shown(
        new PowerLoss(12, SEED)
            .withOldBytes()
            .replay(
                volume,
                0,
                (left, calls, what) -> {
                  long sure = acknowledged.floorEntry(calls).getValue();
                  try (LogTail tail = open(left)) {
                    assertThat(tail.size()).as(what).isGreaterThanOrEqualTo(sure);
                    commit(tail, 1);
                    long size = tail.size();
                    assertThat(lines(left, 0, sure)).isEqualTo(written.subList(0, (int) sure));
                    assertThat(LedgerReader.of(tail.files(), () -> size, 0).read(1000))
                        .as(what)
                        .hasSize((int) size);
                  }
                  assertThat(Verification.verify(data(left), null, null, count -> {}).problem())
                      .as(what)
                      .isNull();
                }));
  }

  @Test
  void aLossDuringTheRecoveryFromALossIsNoDifferent() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 5, 3);
    }
    Random random = new Random(SEED);
    PowerLoss second = new PowerLoss(2, SEED);
    shown(
        new PowerLoss(2, SEED)
            .replay(
                volume,
                0,
                (left, calls, what) -> {
                  if (random.nextInt(4) == 0) {
                    Volume again = left.copy();
                    open(again).close();
                    second.again(left).replay(again, 0, (l, c, w) -> survives(l, calls, what + w));
                  }
                }));
    shown(second);
  }

  @Test
  void aFailedForceIsRepairedInAnotherSegmentWhateverTheDiskKeeps() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 3, 2);
      for (int round = 0; round < 3; round++) {
        failForceOnce();
        assertThatThrownBy(() -> commit(tail, 2)).isInstanceOf(IOException.class);
        tail.repair(Records.NOON);
        write(tail, 1, 2);
      }
    }
    everySurvivor(0, 12);
  }

  private void failForceOnce() {
    volume.fault =
        (call, node) -> {
          if (call.equals("force")) {
            volume.fault = (more, other) -> {};
            throw new IOException("Input/output error");
          }
        };
  }

  @Test
  void retentionLosesNothingThatItKeeps() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 8, 3);
      int from = volume.calls();
      Retention.apply(tail, SMALL.withRetention(null, 9_000), Records.NOON, new ReentrantLock());
      acknowledge(tail);
      written.addAll(lines(volume, written.size(), tail.size()));
      write(tail, 1, 3);
      everySurvivor(from, 40);
    }
  }

  /** The old log's folder moves away: a start must not go on with it, nor lose it. */
  @Test
  void aReoriginThatWasReportedIsNotTakenBack() throws Exception {
    try (LogTail tail = open(volume)) {
      write(tail, 2, 3);
    }
    int from = volume.calls();
    Path archive = Reorigin.archive(data(volume));
    int reported = volume.calls();
    PowerLoss loss =
        new PowerLoss(200, SEED)
            .replay(
                volume,
                from,
                (left, calls, what) -> {
                  boolean old = Files.exists(data(left).resolve("ledger/checkpoints"));
                  Path archived = left.path(archive.toString());
                  assertThat(old).as(what).isNotEqualTo(Files.exists(archived));
                  assertThat(old && calls >= reported).as(what).isFalse();
                  if (!old) {
                    assertThat(Verification.verify(archived, null, null, count -> {}).problem())
                        .as(what)
                        .isNull();
                    try (LogTail tail = open(left)) {
                      assertThat(lines(left, 0, tail.size()).getFirst())
                          .as(what)
                          .contains("\"reorigin\"");
                    }
                  }
                });
    System.out.println("power loss, seed " + SEED + ": " + loss.counts());
  }
}
