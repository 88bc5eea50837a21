package io.mintmark.workload;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workload whose proof held. Only the evidence room constructs one (a test holds that), so
 * whoever has one has the proof.
 *
 * @param issuer the trust domain's name, or the issuer's URL
 * @param issuerDocument the name of the TrustDomain or Issuer document that was met
 * @param attributes proved attributes by name; values are String, Boolean, Long, List or Map of
 *     these
 * @param issuedAt when the evidence was made; null where its format does not say
 * @param expiresAt when the evidence ends: nothing struck from it lives longer unless a grant says
 *     so
 * @param certificateThumbprint base64url SHA-256 of the client certificate that the caller holds
 *     the key of (RFC 8705 section 3.1); null where the proof is a bearer's
 * @param struckHere whether this broker itself struck the evidence; such evidence never yields an
 *     SVID
 */
public record AttestedWorkload(
    WorkloadId id,
    EvidenceSummary evidence,
    EvidenceKind kind,
    String issuer,
    String issuerDocument,
    Map<String, Object> attributes,
    @Nullable Instant issuedAt,
    Instant expiresAt,
    @Nullable String certificateThumbprint,
    boolean struckHere) {
  public AttestedWorkload {
    attributes = Map.copyOf(attributes);
  }
}
