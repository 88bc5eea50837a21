package io.mintmark.evidence;

import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;

/** What became of a piece of evidence. */
public sealed interface Attestation {
  /** The proof held. */
  record Attested(AttestedWorkload workload) implements Attestation {}

  /**
   * The proof did not hold; the detail is for operators, at most 1,000 characters, and holds no
   * token.
   */
  record Refused(Reason reason, String detail, EvidenceSummary evidence) implements Attestation {}
}
