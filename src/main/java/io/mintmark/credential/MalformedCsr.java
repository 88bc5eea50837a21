package io.mintmark.credential;

import io.mintmark.workload.Reason;

/**
 * A CSR that is not one ({@code csr-malformed}), or whose key is not acceptable ({@code csr-key}).
 */
public final class MalformedCsr extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  public MalformedCsr(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
