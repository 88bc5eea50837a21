package io.mintmark.evidence.trust;

import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A use of a proof that may be used once.
 *
 * @param scope the trust domain or issuer within which the proof's identifier is unique
 * @param until when the proof itself ends. Bound to a certificate it proves less long, but whoever
 *     presents it alone may do so until then
 */
record SingleUse(ReplayGuard guard, String scope, String proofId, Instant until) {
  private static final System.Logger LOG = System.getLogger(SingleUse.class.getName());

  /**
   * The use of a token: by its {@code jti}, else by the hash of what is signed. The signature is no
   * part of that, since whoever has an ECDSA signature can make a second one for the same token.
   */
  static SingleUse of(ReplayGuard guard, String scope, Jws jws, String compact, Instant until) {
    String tokenId = jws.claims().path("jti").textValue();
    if (tokenId != null && !tokenId.isEmpty()) {
      return new SingleUse(guard, scope, "jti:" + sha256(tokenId), until);
    }
    return new SingleUse(
        guard, scope, "token:" + sha256(compact.substring(0, compact.lastIndexOf('.'))), until);
  }

  /** Claims the use; null where this was the first. */
  Attestation.@Nullable Refused claim(AttestedWorkload workload, Instant now) {
    return objection(workload, () -> guard.claim(scope, proofId, until, now));
  }

  /** Why a claim would fail now; null where it would not. Claims nothing. */
  Attestation.@Nullable Refused spent(AttestedWorkload workload, Instant now) {
    return objection(workload, () -> guard.peek(scope, proofId, now));
  }

  private Attestation.@Nullable Refused objection(
      AttestedWorkload workload, Supplier<ReplayGuard.Claim> asked) {
    Instant issuedAt = workload.issuedAt();
    if (issuedAt == null) {
      return refused(
          workload, Reason.EVIDENCE_REPLAYED, "a proof for single use must say when it was issued");
    }
    try {
      // a proof dated ahead within the leeway may have been used before the guard began
      if (issuedAt.isBefore(guard.since().plus(TokenRules.LEEWAY))) {
        return refused(
            workload,
            Reason.EVIDENCE_REPLAYED,
            "the proof may have been used before the guard against replay began to remember");
      }
      return switch (asked.get()) {
        case FIRST_USE -> null;
        case REPLAYED -> refused(workload, Reason.EVIDENCE_REPLAYED, "the proof was used before");
        case FULL -> refused(workload, Reason.OVERLOADED, "the guard against replay is full");
      };
    } catch (RuntimeException away) {
      LOG.log(System.Logger.Level.ERROR, "the guard against replay failed: {0}", away.toString());
      return refused(
          workload, Reason.DEPENDENCY_UNAVAILABLE, "the guard against replay is out of reach");
    }
  }

  private static Attestation.Refused refused(
      AttestedWorkload workload, Reason reason, String detail) {
    return new Attestation.Refused(reason, detail, workload.evidence());
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(Crypto.sha256(text.getBytes(StandardCharsets.UTF_8)));
  }
}
