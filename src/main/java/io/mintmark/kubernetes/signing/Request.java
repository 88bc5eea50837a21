package io.mintmark.kubernetes.signing;

import io.mintmark.evidence.Evidence;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.security.PublicKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a request for a certificate comes to once it is read. */
sealed interface Request {
  /**
   * One that can be decided.
   *
   * @param key whose possession the request shows
   * @param lifetime to ask for; null for as long as is granted
   */
  record Wanted(Evidence.ClusterRequest evidence, PublicKey key, @Nullable Duration lifetime)
      implements Request {}

  /**
   * One that is refused whatever policy says.
   *
   * @param sha256 of the request's own bytes
   * @param detail holds nothing that the caller did not say itself
   */
  record Unfit(EvidenceKind kind, String sha256, Reason reason, String detail) implements Request {}
}
