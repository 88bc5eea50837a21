package io.mintmark.api;

import io.mintmark.credential.Credential;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/** What a caller gets. */
public sealed interface Answer {
  /** A credential. */
  record Struck(String decisionId, Credential credential) implements Answer {}

  /**
   * No credential.
   *
   * @param decisionId null where the request was turned away before there was a decision
   */
  record Declined(Reason reason, Errors.Told told, @Nullable String decisionId) implements Answer {
    public static Declined of(
        Reason reason, Presentation presentation, @Nullable String decisionId) {
      return new Declined(reason, Errors.told(reason, presentation), decisionId);
    }
  }
}
