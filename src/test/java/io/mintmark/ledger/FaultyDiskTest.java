package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that fails or hangs gives refusals at once, loses nothing, and is used again by itself.
 */
class FaultyDiskTest {
  private final ModelDisk disk = new ModelDisk();
  private final List<String> told = new CopyOnWriteArrayList<>();

  private Journal open(JournalSettings settings) throws IOException {
    LedgerListener listener =
        new LedgerListener() {
          @Override
          public void stopped(String problem) {
            told.add(problem);
          }

          @Override
          public void recovered() {
            told.add("recovered");
          }
        };
    return Journal.open(
        disk, settings, new TestKey(1), InstantSource.fixed(Records.NOON), listener, () -> {});
  }

  private static CompletableFuture<Long> append(Journal journal, int number) {
    return journal.append(Records.minted(number)).toCompletableFuture();
  }

  /** Appends until it is taken: the journal recovers by itself, in its own time. */
  private static long appendWhenRecovered(Journal journal, int number) throws Exception {
    while (true) {
      try {
        return append(journal, number).get();
      } catch (ExecutionException refused) {
        assertThat(refused).hasCauseInstanceOf(LedgerUnavailable.class);
        Thread.onSpinWait();
      }
    }
  }

  private void verifies(long atLeast) throws IOException {
    Verdict verdict = Verification.verify(disk, null, null, count -> {});
    assertThat(verdict.problem()).isNull();
    assertThat(verdict.records()).isGreaterThanOrEqualTo(atLeast);
  }

  @Test
  void aSinkThatBlocksRefusesAndRecovers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    try (Journal journal = open(JournalSettings.defaults().withPatience(Duration.ofMillis(100)))) {
      append(journal, 0).get();
      disk.fault =
          (call, name, bytes) -> {
            if (call.equals("force") && name.endsWith(".jsonl")) {
              blocked.countDown();
              await(release);
            }
          };
      CompletableFuture<Long> inFlight = append(journal, 1);
      blocked.await();
      List<CompletableFuture<Long>> waiting = new ArrayList<>();
      for (int i = 2; i < 50; i++) {
        waiting.add(append(journal, i));
      }
      waiting.add(inFlight);
      for (CompletableFuture<Long> append : waiting) {
        assertThatThrownBy(append::get)
            .hasCauseInstanceOf(LedgerUnavailable.class)
            .hasMessageContaining("does not answer");
      }
      assertThat(journal.status().writable()).isFalse();
      assertThat(append(journal, 50)).isCompletedExceptionally();
      assertThat(release.getCount()).isOne();
      disk.fault = (call, name, bytes) -> {};
      release.countDown();
      long seq = appendWhenRecovered(journal, 51);
      assertThat(journal.status().writable()).isTrue();
      assertThat(LedgerReader.of(disk, journal::size, seq).read(1).getFirst().record().decisionId())
          .isEqualTo("decision-51");
    }
    while (!told.contains("recovered")) { // the watchdog may be at telling it still
      Thread.sleep(1);
    }
    // a machine under load may be as slow again for itself
    assertThat(told).containsSubsequence("the ledger's disk does not answer", "recovered");
    verifies(3);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFailedForceIsNeverRetriedOnTheSameFile() throws Exception {
    List<String> forced = new CopyOnWriteArrayList<>();
    try (Journal journal = open(JournalSettings.defaults())) {
      append(journal, 0).get();
      boolean[] failed = {false};
      disk.fault =
          (call, name, bytes) -> {
            if (call.equals("force") && name.endsWith(".jsonl")) {
              forced.add(name);
              if (!failed[0]) {
                failed[0] = true;
                throw new IOException("Input/output error");
              }
            }
          };
      assertThatThrownBy(() -> append(journal, 1).get())
          .hasCauseInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("Input/output error");
      assertThat(appendWhenRecovered(journal, 2)).isOne();
    }
    assertThat(forced.getLast()).isEqualTo("00000000000000000001.jsonl");
    try (Lines first = SegmentLines.all(disk, new SegmentName(0))) {
      assertThat(first.next()).isTrue();
      assertThat(new String(first.copy(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("decision-0");
      assertThat(first.next()).isFalse();
      assertThat(first.length()).isZero();
    }
    verifies(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "force", "replace", "create"})
  void aFullDiskRefusesUntilThereIsSpaceAgain(String call) throws Exception {
    JournalSettings small = JournalSettings.defaults().withSegments(1_500, Duration.ofDays(9));
    try (Journal journal = open(small)) {
      append(journal, 0).get();
      disk.fault =
          (called, name, bytes) -> {
            if (called.equals(call)) {
              throw new IOException("No space left on device");
            }
          };
      int refused = 0;
      for (int i = 1; refused < 20; i++) {
        try {
          append(journal, i).get();
        } catch (ExecutionException unavailable) {
          refused++;
        }
      }
      assertThat(journal.status().problem()).contains("No space left on device");
      disk.fault = (called, name, bytes) -> {};
      appendWhenRecovered(journal, 1000);
      append(journal, 1001).get();
    }
    verifies(3);
  }

  @Test
  void aDiskThatFailsAtRandomLosesNothingAcknowledged() throws Exception {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      ModelDisk flaky = new ModelDisk();
      JournalSettings small = JournalSettings.defaults().withSegments(2_500, Duration.ofDays(9));
      List<String> acknowledged = new ArrayList<>();
      try (LogTail tail =
          Recovery.open(flaky, new TestKey(1), small, Records.NOON, new Random(1))) {
        flaky.fault =
            (call, name, bytes) -> {
              if (random.nextInt(12) == 0) {
                throw new IOException(call + " " + name);
              }
            };
        for (int i = 0; i < 300; i++) {
          Batch batch = tail.batch();
          batch.add(RecordLine.afterSeq(Records.minted(i)));
          try {
            tail.commit(batch, Records.NOON);
            acknowledged.add("decision-" + i);
          } catch (IOException failed) {
            repair(tail);
          }
        }
        flaky.fault = (call, name, bytes) -> {};
        repair(tail);
      }
      Verdict verdict = Verification.verify(flaky, null, null, count -> {});
      assertThat(verdict.problem()).as("seed " + seed).isNull();
      assertThat(LedgerReader.of(flaky, verdict::records, 0).read(1000))
          .as("seed " + seed)
          .extracting(entry -> entry.record().decisionId())
          .containsSubsequence(acknowledged);
    }
  }

  private static void repair(LogTail tail) {
    for (int i = 0; i < 1000; i++) {
      try {
        tail.repair(Records.NOON);
        return;
      } catch (IOException again) {
        // the disk is asked again
      }
    }
    throw new AssertionError("not repaired");
  }

  /** Half a change may be in memory then, so that the writer must not go on. */
  @ParameterizedTest
  @ValueSource(strings = {"write", "force"})
  void anErrorEndsTheWriterForEverAndSaysSo(String step) throws Exception {
    try (Journal journal = open(JournalSettings.defaults())) {
      append(journal, 1).get();
      assertThat(journal.isBroken()).isFalse();
      disk.fault =
          (call, name, bytes) -> {
            if (call.equals(step)) {
              throw new OutOfMemoryError("none left");
            }
          };
      assertThatThrownBy(append(journal, 2)::get).hasCauseInstanceOf(LedgerUnavailable.class);
      disk.fault = (call, name, bytes) -> {};
      assertThat(journal.isBroken()).isTrue();
      assertThat(journal.status().problem()).contains("restart the broker");
      assertThatThrownBy(append(journal, 3)::get).hasCauseInstanceOf(LedgerUnavailable.class);
    }
    assertThat(told).anyMatch(problem -> problem.contains("none left"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncate", "replace"})
  void anErrorWhileItRepairsDoesSoToo(String step) throws Exception {
    try (Journal journal = open(JournalSettings.defaults())) {
      append(journal, 1).get();
      disk.fault =
          (call, name, bytes) -> {
            if (call.equals("force")) {
              throw new IOException("full");
            } else if (call.equals(step)) {
              throw new LinkageError("none left");
            }
          };
      assertThatThrownBy(append(journal, 2)::get).hasCauseInstanceOf(LedgerUnavailable.class);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!journal.isBroken() && System.nanoTime() - until < 0) {
        Thread.sleep(10);
      }
      disk.fault = (call, name, bytes) -> {};
      assertThat(journal.isBroken()).isTrue();
      assertThat(journal.status().problem()).contains("restart the broker");
    }
    assertThat(told).anyMatch(problem -> problem.contains("none left"));
  }

  /** What mends itself is no reason to end a process. */
  @Test
  void aDiskThatFailsDoesNotBreakTheJournal() throws Exception {
    try (Journal journal = open(JournalSettings.defaults())) {
      disk.fault =
          (call, name, bytes) -> {
            throw new IOException("full");
          };
      assertThatThrownBy(append(journal, 1)::get).hasCauseInstanceOf(LedgerUnavailable.class);
      assertThat(journal.isBroken()).isFalse();
      disk.fault = (call, name, bytes) -> {};
      appendWhenRecovered(journal, 2);
    }
  }

  @Test
  void aSignerThatFailsRefusesAndRecovers() throws Exception {
    TestKey key = new TestKey(1);
    boolean[] down = {false};
    CheckpointSigner signer =
        new CheckpointSigner() {
          @Override
          public byte[] publicKey() {
            return key.publicKey();
          }

          @Override
          public byte[] sign(byte[] message) {
            if (down[0]) {
              throw new IllegalStateException("the key store is away");
            }
            return key.sign(message);
          }
        };
    try (Journal journal =
        Journal.open(
            disk,
            JournalSettings.defaults(),
            signer,
            InstantSource.fixed(Records.NOON),
            LedgerListener.NONE,
            () -> {})) {
      append(journal, 0).get();
      down[0] = true;
      assertThatThrownBy(() -> append(journal, 1).get())
          .hasMessageContaining("the key store is away");
      down[0] = false;
      appendWhenRecovered(journal, 2);
    }
    verifies(2);
  }

  @Test
  void moreThanMayWaitIsRefusedAtOnce() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Journal journal = open(JournalSettings.defaults().withQueue(5, 1 << 20))) {
      disk.fault =
          (call, name, bytes) -> {
            if (call.equals("write") && name.endsWith(".jsonl")) {
              await(release);
            }
          };
      List<CompletableFuture<Long>> taken = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        taken.add(append(journal, i));
      }
      assertThat(append(journal, 5)).isCompletedExceptionally();
      disk.fault = (call, name, bytes) -> {};
      release.countDown();
      CompletableFuture.allOf(taken.toArray(CompletableFuture<?>[]::new))
          .exceptionally(slow -> null)
          .join();
      appendWhenRecovered(journal, 6);
    }
    verifies(1);
  }

  @Test
  void anExecutorOrListenerThatThrowsHarmsNobodyElse() throws Exception {
    LedgerListener angry =
        new LedgerListener() {
          @Override
          public void synced(int records, long nanos) {
            throw new IllegalStateException("listener");
          }
        };
    try (Journal journal =
        Journal.open(
            disk,
            JournalSettings.defaults(),
            new TestKey(1),
            InstantSource.fixed(Records.NOON),
            angry,
            () -> {})) {
      CompletableFuture<Long> first =
          journal
              .append(
                  Records.minted(0),
                  task -> {
                    throw new IllegalStateException("executor");
                  })
              .toCompletableFuture();
      CompletableFuture<Long> second = append(journal, 1);
      assertThat(first.get()).isZero();
      assertThat(second.get()).isOne();
      assertThat(journal.status().writable()).isTrue();
    }
    verifies(2);
  }

  @Test
  void aClosedJournalRefuses() throws Exception {
    Journal journal = open(JournalSettings.defaults());
    append(journal, 0).get();
    journal.close();
    assertThatThrownBy(() -> append(journal, 1).get())
        .hasCauseInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("closed");
  }
}
