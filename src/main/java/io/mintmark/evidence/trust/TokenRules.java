package io.mintmark.evidence.trust;

import io.mintmark.evidence.trust.TrustedIssuer.Refusal;
import io.mintmark.jose.Claims;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every platform token must be beside its signature (RFC 7519 section 4.1, RFC 8725 section
 * 3). These checks cost little and come first; nothing is believed before the signature holds.
 */
final class TokenRules {
  /** How far {@code iat} and {@code nbf} may lie in the future. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  private TokenRules() {}

  /**
   * Why whoever shows the token is not simply its subject; null where nothing says so. It is of
   * worth only with the key that it names (RFC 7800 section 3): taken without, a thief could change
   * it for a token that is bound to nothing. Or another acts for its subject (RFC 8693 section
   * 4.1): taken as the subject's own, nobody would learn who did.
   */
  static @Nullable String notItsSubjects(Jws jws) {
    if (jws.claims().has("cnf")) {
      return "the token is bound to a key (\"cnf\"), which is not shown here";
    }
    return jws.claims().has("act")
        ? "the token is another's who acts for its subject (\"act\")"
        : null;
  }

  static @Nullable Refusal check(
      Jws jws, Claims claims, String audience, @Nullable Duration maxAge, Instant now)
      throws MalformedJose {
    String type = jws.type();
    if (type != null && !type.equalsIgnoreCase("JWT")) {
      // access tokens, DPoP proofs, WITs, security events … are no identity tokens (RFC 8725 3.11)
      return new Refusal(
          Reason.EVIDENCE_TYPE, "the type is " + Outside.quoted(type) + ", not JWT or none");
    }
    String another = notItsSubjects(jws);
    if (another != null) {
      return new Refusal(Reason.EVIDENCE_TYPE, another);
    }
    Refusal wrong = times(claims, maxAge, now);
    if (wrong != null) {
      return wrong;
    }
    List<String> audiences = claims.audiences();
    if (!audiences.equals(List.of(audience))) {
      return new Refusal(
          Reason.EVIDENCE_AUDIENCE, "the audience is not \"" + audience + "\" and only that");
    }
    return null;
  }

  private static @Nullable Refusal times(Claims claims, @Nullable Duration maxAge, Instant now)
      throws MalformedJose {
    Instant expiresAt = claims.requiredInstant("exp");
    if (!now.isBefore(expiresAt)) {
      return new Refusal(Reason.EVIDENCE_EXPIRED, "the token expired at " + expiresAt);
    }
    for (String name : List.of("nbf", "iat")) {
      Instant from = claims.instant(name);
      if (from != null && now.plus(LEEWAY).isBefore(from)) {
        return new Refusal(
            Reason.EVIDENCE_NOT_YET_VALID,
            "the token's \"" + name + "\" is in the future: " + from);
      }
    }
    if (maxAge != null && !now.isBefore(claims.requiredInstant("iat").plus(maxAge))) {
      return new Refusal(Reason.EVIDENCE_EXPIRED, "the token is older than " + maxAge);
    }
    return null;
  }
}
