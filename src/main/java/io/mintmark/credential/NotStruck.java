package io.mintmark.credential;

import io.mintmark.workload.Reason;

/** A grant from which nothing is struck, whatever policy said; the message is for the record. */
public final class NotStruck extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  public NotStruck(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
