package io.mintmark.spiffe;

import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The outcome of validating an SVID. */
public sealed interface SvidCheck {
  /**
   * An SVID that holds.
   *
   * @param issuedAt {@code iat}, or {@code notBefore}; null where a JWT-SVID does not say
   */
  record Valid(WorkloadId id, @Nullable Instant issuedAt, Instant expiresAt) implements SvidCheck {}

  /** An SVID that does not hold; the detail is for operators and holds no token. */
  record Invalid(Reason reason, String detail) implements SvidCheck {}
}
