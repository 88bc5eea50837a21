package io.mintmark.policy;

import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.WorkloadId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What policy looks at in a workload. Facts may be supposed, as in a test or an explanation: they
 * are no proof, and no grant can be made of them.
 *
 * @param attributes values are String, Boolean, Long, Double, List or Map of these
 * @param certificateThumbprint null where the proof is a bearer's
 */
public record Facts(
    WorkloadId id,
    EvidenceKind kind,
    String issuer,
    Map<String, Object> attributes,
    @Nullable Instant issuedAt,
    Instant expiresAt,
    @Nullable String certificateThumbprint,
    boolean struckHere) {
  public Facts {
    attributes = Map.copyOf(attributes);
  }

  public static Facts of(AttestedWorkload workload) {
    return new Facts(
        workload.id(),
        workload.kind(),
        workload.issuer(),
        workload.attributes(),
        workload.issuedAt(),
        workload.expiresAt(),
        workload.certificateThumbprint(),
        workload.struckHere());
  }
}
