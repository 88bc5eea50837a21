package io.mintmark.policy;

import io.mintmark.workload.Reason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decision without the proof: what {@link Decision} is made of, and explanations as well. */
sealed interface Verdict {
  /** Yes. */
  record Granted(Decision.Terms terms, Instant expiresAt, List<String> grants) implements Verdict {}

  /**
   * No.
   *
   * @param guardrail the guardrail's name, where one refused
   */
  record Refused(Reason reason, String detail, @Nullable String guardrail) implements Verdict {
    Refused(Reason reason, String detail) {
      this(reason, detail, null);
    }
  }
}
