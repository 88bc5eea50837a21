package io.mintmark.exchange;

import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of its own evidence beside it. It proves nothing, but evidence that shows
 * something else is refused (RFC 7521 section 4.2: a client_id must name the assertion's client).
 *
 * @param clientId the {@code client_id} parameter; null where there was none
 * @param kind the kind of evidence; null where it was not named
 */
public record Expected(@Nullable String clientId, @Nullable EvidenceKind kind) {
  public static final Expected NOTHING = new Expected(null, null);

  /** Why this workload is not the one expected; null where it is. */
  public @Nullable Reason mismatch(AttestedWorkload workload) {
    if (kind != null && kind != workload.kind()) {
      return Reason.EVIDENCE_KIND_NOT_ACCEPTED;
    }
    return clientId == null || clientId.equals(workload.id().uri())
        ? null
        : Reason.IDENTITY_MISMATCH;
  }
}
