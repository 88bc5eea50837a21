package io.mintmark;

import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Completes an append on the event loop that asked for it. All answers of one sync are then written
 * by one task of each loop: on a thread of the ledger's own, every answer would wake its
 * connection's loop anew, and be built on a third thread that takes a processor from the other two.
 */
final class LoopLedger implements Ledger {
  private final Ledger ledger;

  LoopLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public CompletionStage<Long> append(LedgerRecord entry) {
    Context here = Vertx.currentContext();
    return here instanceof ContextInternal inside
        ? ledger.append(entry, inside.nettyEventLoop())
        : ledger.append(entry);
  }

  @Override
  public CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
    return ledger.append(entry, completesOn);
  }
}
