package io.mintmark.ledger;

/** What the journal tells of its work, for metrics. Calls come from its own threads, in a hurry. */
public interface LedgerListener {
  LedgerListener NONE = new LedgerListener() {};

  /** A batch became durable; {@code nanos} is what writing, forcing and signing took. */
  default void synced(int records, long nanos) {}

  /** The ledger stopped taking records. */
  default void stopped(String problem) {}

  /** Closed segments could not be packed; nothing is lost, and it is tried again in a minute. */
  default void packingFailed() {}

  /** Why, where that is another reason than before. */
  default void unpacked(String problem) {}

  /** The ledger takes records again. */
  default void recovered() {}
}
