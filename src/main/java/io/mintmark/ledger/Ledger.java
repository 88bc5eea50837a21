package io.mintmark.ledger;

import java.util.concurrent.CompletionStage;

/** Where outcomes are kept. */
public interface Ledger {
  /**
   * Appends a record. The stage completes with the record's sequence number once it is durable, and
   * fails with {@link LedgerUnavailable} within a second where it cannot be. Never waits.
   */
  CompletionStage<Long> append(LedgerRecord entry);
}
