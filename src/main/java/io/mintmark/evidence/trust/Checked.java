package io.mintmark.evidence.trust;

import io.mintmark.evidence.Attestation;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/** What became of a proof before single use was claimed, which comes last of all. */
sealed interface Checked {
  /**
   * A proof of which all else holds.
   *
   * @param use the claim still to be made; null where the proof may be used again
   * @param review what the platform said of it, for operators; null where it cannot be asked
   */
  record Held(AttestedWorkload workload, @Nullable SingleUse use, @Nullable String review)
      implements Checked {
    /** The same proof shown by whoever holds a certificate, which must be of the same workload. */
    Checked shownBy(AttestedWorkload holder) {
      if (!workload.id().equals(holder.id())) {
        return failed(
            Reason.IDENTITY_MISMATCH,
            "the proof is of "
                + Outside.quoted(workload.id().uri())
                + ", the client certificate of "
                + Outside.quoted(holder.id().uri()),
            workload.evidence());
      }
      return new Held(
          new AttestedWorkload(
              workload.id(),
              workload.evidence(),
              workload.kind(),
              workload.issuer(),
              workload.issuerDocument(),
              workload.attributes(),
              workload.issuedAt(),
              workload.expiresAt().isBefore(holder.expiresAt())
                  ? workload.expiresAt()
                  : holder.expiresAt(),
              holder.certificateThumbprint(),
              workload.struckHere() || holder.struckHere()),
          use,
          review);
    }
  }

  /** A proof that does not hold. */
  record Failed(Attestation.Refused refused) implements Checked {}

  static Failed failed(Reason reason, String detail, EvidenceSummary evidence) {
    return new Failed(new Attestation.Refused(reason, Outside.detail(detail), evidence));
  }
}
