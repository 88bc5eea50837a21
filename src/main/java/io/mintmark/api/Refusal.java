package io.mintmark.api;

import io.mintmark.workload.Reason;

/**
 * A request that never becomes an exchange, found at the door. The message is for operators and
 * holds no token.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private final Presentation presentation;
  private final Reason reason;

  public Refusal(Presentation presentation, Reason reason, String message) {
    super(message, null, false, false);
    this.presentation = presentation;
    this.reason = reason;
  }

  /** A request whose form is wrong, however evidence was presented. */
  public static Refusal malformed(String message) {
    return new Refusal(Presentation.CLIENT, Reason.REQUEST_MALFORMED, message);
  }

  public Presentation presentation() {
    return presentation;
  }

  public Reason reason() {
    return reason;
  }

  /** The detail for the record; never null. */
  public String detail() {
    String message = getMessage();
    return message == null ? reason.word() : message;
  }
}
