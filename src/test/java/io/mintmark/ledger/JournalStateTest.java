package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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

  private final Waiting waiting = new Waiting(10, 100);
  private final JournalState state = new JournalState(waiting, Runnable::run, quiet(), 7);

  private LedgerListener quiet() {
    return new LedgerListener() {
      @Override
      public void stopped(String problem) {
        told.add("stopped: " + problem);
      }

      @Override
      public void recovered() {
        told.add("recovered");
      }
    };
  }

  private Waiting.Append offered(long since) {
    Waiting.Append append = new Waiting.Append(new byte[10], Runnable::run, since);
    assertThat(waiting.offer(append)).isTrue();
    return append;
  }

  private List<Waiting.Append> taken() {
    List<Waiting.Append> taken = new ArrayList<>();
    for (Waiting.Append at = waiting.takeAll(); at != null; at = at.older()) {
      taken.addFirst(at);
    }
    return taken;
  }

  @Test
  void whatIsDurableIsAcknowledgedByItsNumberAndMakesRoom() {
    Waiting.Append first = offered(0);
    Waiting.Append refused = offered(0);
    Waiting.Append last = offered(0);
    assertThat(refused.settle()).isTrue();
    state.written(taken(), 7);
    assertThat(state.records()).isEqualTo(10);
    assertThat(first.durable).isCompletedWithValue(7L);
    assertThat(refused.durable).isNotDone();
    assertThat(last.durable).isCompletedWithValue(9L);
    waiting.done(refused);
    for (int i = 0; i < 10; i++) {
      offered(0);
    }
  }

  @Test
  void whatWaitsLongerThanPatienceIsRefusedAndNothingBefore() {
    Waiting.Append append = offered(100);
    state.watch(149, 50);
    assertThat(append.durable).isNotDone();
    assertThat(state.problem()).isNull();
    state.watch(150, 50);
    assertThat(append.durable).isCompletedExceptionally();
    assertThat(state.problem()).isEqualTo("the ledger's disk does not answer");
    state.watch(250, 50);
    assertThat(told).containsExactly("stopped: the ledger's disk does not answer");
    state.alive();
    assertThat(state.problem()).isNull();
    state.alive();
    assertThat(told).hasSize(2).last().isEqualTo("recovered");
  }

  @Test
  void whatIsBeingWrittenIsWatchedToo() {
    Waiting.Append old = offered(100);
    state.writing(taken());
    Waiting.Append young = offered(140);
    state.watch(149, 50);
    assertThat(old.durable).isNotDone();
    state.watch(150, 50);
    assertThat(old.durable).isCompletedExceptionally();
    assertThat(young.durable).isCompletedExceptionally();
    state.alive();
    Waiting.Append next = offered(160);
    state.watch(200, 50);
    assertThat(next.durable).as("what was written is watched no more").isNotDone();
  }

  @Test
  void aWriterThatFailedTakesNothingUntilItIsRepaired() {
    Waiting.Append writing = offered(0);
    state.writing(taken());
    Waiting.Append waits = offered(0);
    state.failed("full");
    assertThat(writing.durable).isCompletedExceptionally();
    assertThat(waits.durable).isCompletedExceptionally();
    state.failed("still full");
    assertThat(state.problem()).isEqualTo("still full");
    state.alive();
    assertThat(state.problem()).as("an answer alone repairs nothing").isEqualTo("still full");
    Waiting.Append overlooked = offered(0);
    state.recheck();
    assertThat(overlooked.durable).isCompletedExceptionally();
    state.repaired();
    assertThat(state.problem()).isNull();
    Waiting.Append kept = offered(0);
    state.recheck();
    assertThat(kept.durable).isNotDone();
    assertThat(told).containsExactly("stopped: full", "recovered");
  }

  @Test
  void whatFailedIsNotWaitedForOnceTheWriterIsRepaired() {
    offered(0);
    state.writing(taken());
    state.failed("full");
    state.repaired();
    state.watch(200, 50);
    assertThat(state.problem()).as("nothing waits for the disk").isNull();
    assertThat(told).containsExactly("stopped: full", "recovered");
  }

  @Test
  void aFailureWhileTheDiskDidNotAnswerIsNotTakenBackByAnAnswer() {
    offered(0);
    state.watch(50, 50);
    state.failed("full");
    state.alive();
    assertThat(state.problem()).isEqualTo("full");
    assertThat(told).containsExactly("stopped: the ledger's disk does not answer");
  }

  @Test
  void whatIsClosedStaysSo() {
    offered(0);
    state.watch(50, 50);
    Waiting.Append late = offered(0);
    state.closed("the ledger is closed");
    assertThat(late.durable).isCompletedExceptionally();
    state.closed("again");
    state.failed("full");
    state.alive();
    state.repaired();
    assertThat(state.problem()).isEqualTo("the ledger is closed");
    assertThat(state.isBroken()).isFalse();
    assertThat(told).containsExactly("stopped: the ledger's disk does not answer");
  }
}
