package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class JournalWriterTest {
  private static final JournalSettings SETTINGS = JournalSettings.defaults();

  private final Waiting waiting = new Waiting(10, 1 << 20);
  private final JournalState state =
      new JournalState(waiting, Runnable::run, new LedgerListener() {}, 0);

  /** A machine that is halted, say, between an append and its being heard of. */
  @Test
  void aRecordThatTheWatchdogTookFromASleepingWriterStopsNothingForLong() throws Exception {
    InstantSource clock = InstantSource.fixed(Records.NOON);
    ModelDisk disk = new ModelDisk();
    LogTail tail = Recovery.open(disk, new TestKey(1), SETTINGS, Records.NOON, new Random(1));
    Packing packing = new Packing(tail.files(), 9, new LedgerListener() {});
    JournalWriter writer =
        new JournalWriter(tail, waiting, state, SETTINGS, clock, new LedgerListener() {}, packing);
    Thread thread = Thread.ofPlatform().daemon().start(writer);
    Thread.sleep(Duration.ofSeconds(1)); // what it does at its start is done after half of it
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    waiting.offer(new Waiting.Append(new byte[1], Runnable::run, System.nanoTime()));
    state.watch(System.nanoTime() + TimeUnit.SECONDS.toNanos(1), 1);
    assertThat(state.problem()).isNotNull();
    writer.wake(thread);

    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (state.problem() != null && System.nanoTime() - until < 0) {
      Thread.sleep(10);
    }
    assertThat(state.problem()).isNull();
    writer.stop(thread);
    thread.join();
  }
}
