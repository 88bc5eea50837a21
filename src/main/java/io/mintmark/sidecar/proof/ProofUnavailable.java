package io.mintmark.sidecar.proof;

/** No proof is to be had from a source now. */
public final class ProofUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  public ProofUnavailable(String message) {
    super(message);
  }
}
