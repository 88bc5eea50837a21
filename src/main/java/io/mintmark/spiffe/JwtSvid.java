package io.mintmark.spiffe;

import io.mintmark.jose.Claims;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * JWT-SVID validation (SPIFFE JWT-SVID sections 3 and 4, with the audience rule of SPIFFE client
 * authentication).
 */
public final class JwtSvid {
  private static final Duration LEEWAY = Duration.ofSeconds(30);

  /** JWT-SVID section 2: no other header parameter may be there. */
  private static final Set<String> HEADERS = Set.of("alg", "kid", "typ");

  /** How many keys a token without key ID may make us try. */
  private static final int MAX_KEYS_TRIED = 8;

  private JwtSvid() {}

  /**
   * The trust domain that the unverified {@code sub} claims, which picks the bundle and nothing
   * else. Throws {@link MalformedWorkloadId} where there is no SPIFFE ID.
   */
  public static TrustDomain claimedTrustDomain(Jws jws) {
    String subject = jws.claims().path("sub").textValue();
    if (subject == null) {
      throw new MalformedWorkloadId("the token has no \"sub\" string");
    }
    return WorkloadId.parse(subject).trustDomain();
  }

  /**
   * Validates a JWT-SVID against the one bundle of its trust domain. The audience must be {@code
   * audience} and nothing else. No leeway on {@code exp}, 30 s on {@code iat} and {@code nbf}.
   * Reasons: {@code evidence-malformed}, {@code evidence-algorithm}, {@code evidence-type}, {@code
   * identity-malformed}, {@code identity-mismatch}, {@code evidence-audience}, {@code
   * evidence-expired}, {@code evidence-not-yet-valid}, {@code evidence-signature}, and {@code
   * evidence-key-unknown} where no key of the bundle has the ID, or none made the signature of a
   * token that names no key.
   */
  public static SvidCheck validate(Jws jws, Bundle bundle, String audience, Instant now) {
    return validate(
        jws,
        bundle,
        List.of(audience)::equals,
        "the audience is not \"" + audience + "\" and only that",
        now);
  }

  /**
   * As {@link #validate(Jws, Bundle, String, Instant)}, except that the audience may be one among
   * others (JWT-SVID section 3.2), as whoever answers {@code ValidateJWTSVID} has to allow.
   */
  public static SvidCheck validateForOneOf(Jws jws, Bundle bundle, String audience, Instant now) {
    return validate(
        jws,
        bundle,
        audiences -> audiences.contains(audience),
        "the audience is not \"" + audience + "\"",
        now);
  }

  private static SvidCheck validate(
      Jws jws, Bundle bundle, Predicate<List<String>> meant, String notMeant, Instant now) {
    // the signature, which costs most, comes last: nothing is believed before it
    SvidCheck.Invalid wrong = header(jws);
    if (wrong != null) {
      return wrong;
    }
    SvidCheck.Valid claimed;
    try {
      WorkloadId id = WorkloadId.parse(jws.typedClaims().requiredString("sub"));
      if (!id.trustDomain().equals(bundle.trustDomain())) {
        return invalid(
            Reason.IDENTITY_MISMATCH,
            "the identity is not of trust domain \"" + bundle.trustDomain() + "\"");
      }
      wrong = times(jws.typedClaims(), now);
      if (wrong == null && !meant.test(jws.typedClaims().audiences())) {
        wrong = invalid(Reason.EVIDENCE_AUDIENCE, notMeant);
      }
      claimed =
          new SvidCheck.Valid(
              id, jws.typedClaims().instant("iat"), jws.typedClaims().requiredInstant("exp"));
    } catch (MalformedJose e) {
      return invalid(e.reason(), e.getMessage());
    } catch (MalformedWorkloadId e) {
      return invalid(Reason.IDENTITY_MALFORMED, String.valueOf(e.getMessage()));
    }
    if (wrong == null) {
      wrong = signature(jws, bundle.jwtAuthorities());
    }
    return wrong == null ? claimed : wrong;
  }

  private static SvidCheck.@Nullable Invalid header(Jws jws) {
    if (!HEADERS.containsAll(jws.headerNames())) {
      return invalid(
          Reason.EVIDENCE_MALFORMED, "a JWT-SVID has no header parameter but alg, kid and typ");
    }
    if (jws.algorithm() == SignatureAlgorithm.EDDSA) {
      return invalid(Reason.EVIDENCE_ALGORITHM, "a JWT-SVID is never signed with EdDSA");
    }
    if (jws.type() != null && !jws.type().equals("JWT") && !jws.type().equals("JOSE")) {
      return invalid(Reason.EVIDENCE_TYPE, "the type of a JWT-SVID is JWT or JOSE, if any");
    }
    return null;
  }

  private static SvidCheck.@Nullable Invalid times(Claims claims, Instant now)
      throws MalformedJose {
    Instant expiresAt = claims.requiredInstant("exp");
    if (!now.isBefore(expiresAt)) {
      return invalid(Reason.EVIDENCE_EXPIRED, "the token expired at " + expiresAt);
    }
    for (String name : List.of("nbf", "iat")) {
      Instant from = claims.instant(name);
      if (from != null && now.plus(LEEWAY).isBefore(from)) {
        return invalid(
            Reason.EVIDENCE_NOT_YET_VALID,
            "the token's \"" + name + "\" is in the future: " + from);
      }
    }
    return null;
  }

  private static SvidCheck.@Nullable Invalid signature(Jws jws, List<Jwk> authorities) {
    String keyId = jws.keyId();
    if (keyId == null) {
      boolean signed =
          authorities.stream()
              .filter(key -> key.verifies(jws.algorithm()))
              .limit(MAX_KEYS_TRIED)
              .anyMatch(key -> jws.signedBy(key.key()));
      return signed
          ? null
          : invalid(Reason.EVIDENCE_KEY_UNKNOWN, "no key of the bundle made the signature");
    }
    for (Jwk key : authorities) {
      if (keyId.equals(key.keyId())) {
        if (!key.verifies(jws.algorithm())) {
          return invalid(
              Reason.EVIDENCE_ALGORITHM,
              "the key that is named does not go with " + jws.algorithm().word());
        }
        return jws.signedBy(key.key())
            ? null
            : invalid(Reason.EVIDENCE_SIGNATURE, "the key that is named did not sign");
      }
    }
    return invalid(Reason.EVIDENCE_KEY_UNKNOWN, "the bundle has no key of that ID");
  }

  private static SvidCheck.Invalid invalid(Reason reason, String detail) {
    return new SvidCheck.Invalid(reason, detail);
  }
}
