package io.mintmark.ledger;

/** The record could not be made durable, so nothing may be handed out. */
public final class LedgerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LedgerUnavailable(String message) {
    super(message, null, false, false);
  }
}
