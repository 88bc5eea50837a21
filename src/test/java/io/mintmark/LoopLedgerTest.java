package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopLedgerTest {
  private static final LedgerRecord RECORD =
      new LedgerRecord(
          Instant.EPOCH,
          "refused",
          "request-malformed",
          null,
          "d",
          null,
          null,
          null,
          null,
          List.of(),
          null,
          null,
          null,
          List.of(),
          null,
          List.of(),
          null,
          null,
          null,
          null);

  /** Says on which thread it completes: its own, or one of the executor that it is given. */
  private static final class Durable implements Ledger {
    @Override
    public CompletionStage<Long> append(LedgerRecord entry) {
      return CompletableFuture.completedFuture(-1L);
    }

    @Override
    public CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
      return CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), completesOn);
    }
  }

  @Test
  void anAppendOfAnEventLoopCompletesOnThatEventLoop() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      for (int i = 0; i < 4; i++) {
        CompletableFuture<Long> asked = new CompletableFuture<>();
        CompletableFuture<Long> completed = new CompletableFuture<>();
        vertx
            .getOrCreateContext()
            .runOnContext(
                now -> {
                  asked.complete(Thread.currentThread().threadId());
                  new LoopLedger(new Durable()).append(RECORD).thenAccept(completed::complete);
                });
        assertThat(completed.get(30, TimeUnit.SECONDS)).isEqualTo(asked.get());
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void anAppendOfAnotherThreadCompletesWhereTheLedgerCompletesIt() throws Exception {
    assertThat(new LoopLedger(new Durable()).append(RECORD).toCompletableFuture().get())
        .isEqualTo(-1L);
  }
}
