package io.mintmark.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Checks evidence against the trust of one moment. */
public interface Attestor {
  /**
   * Whether attesting this evidence may wait for a fetch, so that it does not belong on an event
   * loop.
   */
  boolean mayWait(Evidence evidence);

  /** Checks every property of the evidence; never throws for what a caller sent. */
  Attestation attest(Evidence evidence, Instant now);

  /**
   * As {@link #attest}, on an event loop; null, and nothing used up, where that may wait for a
   * fetch.
   */
  default @Nullable Attestation attestAtOnce(Evidence evidence, Instant now) {
    return mayWait(evidence) ? null : attest(evidence, now);
  }

  /** Checks the same and uses nothing up: a proof for single use can still be used afterwards. */
  Examination examine(Evidence evidence, Instant now);
}
