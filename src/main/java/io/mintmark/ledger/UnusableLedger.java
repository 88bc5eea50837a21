package io.mintmark.ledger;

import java.io.IOException;

/** The ledger of a data folder cannot be used; the message says why and what to do. */
public final class UnusableLedger extends IOException {
  private static final long serialVersionUID = 1L;

  public UnusableLedger(String message) {
    super(message);
  }
}
