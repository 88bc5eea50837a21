package io.mintmark.exchange;

import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/** Port: told how exchanges go. Called on the thread of the exchange, so it must not wait. */
public interface Observer {
  /** The stages of an exchange that are timed. */
  enum Stage {
    ATTEST,
    DECIDE,
    MINT,
    RECORD
  }

  /** A stage took this long. */
  void took(Stage stage, long nanos);

  /**
   * An exchange ended; reason is null where a credential was minted, the kinds where they are not
   * known.
   */
  void ended(
      String outcome,
      @Nullable Reason reason,
      @Nullable EvidenceKind evidence,
      @Nullable CredentialKind credential);

  /** Whether {@link #traced} is to be called. */
  default boolean traces() {
    return false;
  }

  /** An exchange ended, as a whole. */
  default void traced(Course course) {}
}
