package io.mintmark.sidecar.proof;

/** A place where proof is found. It is asked anew for each request to the broker. */
public interface ProofSource extends AutoCloseable {
  /** As operators know it, such as {@code file "/var/run/secrets/tokens/mintmark"}. */
  String name();

  /**
   * The proof of this moment, waiting no longer than its own time limit; not on an event loop.
   *
   * @param audience what the broker wants a proof to be addressed to: its issuer identifier
   * @throws ProofUnavailable with one sentence that says why and holds no secret
   */
  Proof proof(String audience) throws ProofUnavailable;

  @Override
  default void close() {}
}
