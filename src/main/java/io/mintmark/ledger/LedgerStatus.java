package io.mintmark.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Whether records can be kept now.
 *
 * @param problem why not; null where they can
 * @param records how many are durable
 */
public record LedgerStatus(@Nullable String problem, String origin, long records) {
  public boolean writable() {
    return problem == null;
  }
}
