package io.mintmark.jose;

import io.mintmark.workload.Reason;

/**
 * Bytes that are no acceptable JWS or JWK set; the message names the broken rule and holds no
 * token.
 */
public final class MalformedJose extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;
  private final String message;

  public MalformedJose(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  public Reason reason() {
    return reason;
  }
}
