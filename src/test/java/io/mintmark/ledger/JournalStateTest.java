package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class JournalStateTest {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch telling = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /**
   * The watchdog is held up while it tells that the disk does not answer; then the disk does, and
   * then the writer ends.
   */
  @Test
  void theListenerHearsInOrderAndTheWriterWaitsForNobodysTelling() throws Exception {
    JournalState state = new JournalState(new Waiting(1, 1), Runnable::run, listener(), 0);
    try (ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor()) {
      var watched = watchdog.submit(() -> state.watch(1, 0));
      telling.await();
      state.alive();
      assertThat(state.problem()).isNull();
      assertThat(told).isEmpty();
      state.broken("no memory is left");
      assertThat(state.isBroken()).isTrue();
      assertThat(state.problem()).isEqualTo("no memory is left; restart the broker");
      assertThat(told).isEmpty();
      goOn.countDown();
      watched.get(30, TimeUnit.SECONDS);
    }
    assertThat(told)
        .containsExactly(
            "stopped: the ledger's disk does not answer",
            "recovered",
            "stopped: no memory is left");
  }

  private LedgerListener listener() {
    return new LedgerListener() {
      @Override
      public void stopped(String problem) {
        telling.countDown();
        try {
          goOn.await();
        } catch (InterruptedException hurry) {
          Thread.currentThread().interrupt();
        }
        told.add("stopped: " + problem);
      }

      @Override
      public void recovered() {
        told.add("recovered");
      }
    };
  }
}
