package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Ledger} does. */
abstract class LedgerContract {
  /** An empty ledger; the implementation closes it after the test. */
  abstract Ledger ledger() throws Exception;

  @Test
  void firstRecordIsNumberZero() throws Exception {
    assertThat(ledger().append(Records.minted(0)).toCompletableFuture().get()).isZero();
  }

  @Test
  void recordsOfOneCallerKeepTheirOrder() throws Exception {
    Ledger ledger = ledger();
    List<CompletionStage<Long>> stages = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      stages.add(ledger.append(Records.minted(i)));
    }
    List<Long> numbers = new ArrayList<>();
    for (CompletionStage<Long> stage : stages) {
      numbers.add(stage.toCompletableFuture().get());
    }
    assertThat(numbers).isEqualTo(LongStream.range(0, 200).boxed().toList());
  }

  @Test
  void manyThreadsGetEachNumberOnce() throws Exception {
    Ledger ledger = ledger();
    List<Long> numbers = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 64; t++) {
      int first = t * 20;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      numbers.add(
                          ledger.append(Records.minted(first + i)).toCompletableFuture().join());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 64 * 20).boxed().toList());
  }

  @Test
  void completionsRunOnTheGivenExecutor() throws Exception {
    List<Runnable> tasks = new CopyOnWriteArrayList<>();
    Executor executor =
        task -> {
          tasks.add(task);
          Thread.ofVirtual().name("loop").start(task);
        };
    String thread =
        ledger()
            .append(Records.minted(0), executor)
            .thenApply(seq -> Thread.currentThread().getName())
            .toCompletableFuture()
            .get();
    assertThat(tasks).isNotEmpty();
    assertThat(thread).isIn("loop", Thread.currentThread().getName());
  }

  @Test
  @SuppressWarnings("NullAway")
  void nothingIsNotARecord() throws Exception {
    Ledger ledger = ledger();
    assertThatNullPointerException().isThrownBy(() -> ledger.append(null));
  }
}
