package io.mintmark.ledger;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Where outcomes are kept. */
public interface Ledger {
  /**
   * Appends a record. The stage completes with the record's sequence number once it is durable, and
   * fails with {@link LedgerUnavailable} within a second where it cannot be. Never waits.
   */
  CompletionStage<Long> append(LedgerRecord entry);

  /** The same, its stage completed on an executor such as the caller's event loop. */
  default CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
    return append(entry).thenApplyAsync(seq -> seq, completesOn);
  }
}
