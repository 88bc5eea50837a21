package io.mintmark.evidence.trust;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.Platform;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.jose.Claims;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An issuer whose platform tokens are believed, by its own keys only.
 *
 * @param url the {@code iss} claim, byte by byte
 * @param document the Issuer document's name
 * @param audience the {@code aud} claim that tokens must have as sole value
 * @param maxAge null where a token's expiry is enough
 * @param guard where tokens are for single use; else null
 * @param review which tokens the platform is asked about
 * @param requests the kinds of requests for certificates that its API server is believed in
 * @param ownDomain the broker's own trust domain, of which some identities are reserved
 */
record TrustedIssuer(
    String url,
    String document,
    Platform platform,
    KeySource<JwkSet> keys,
    String audience,
    @Nullable Duration maxAge,
    @Nullable ReplayGuard guard,
    Pins pins,
    IdentityTemplate identity,
    ReviewTerms review,
    Set<EvidenceKind> requests,
    TrustDomain ownDomain,
    BooleanSupplier mayBlock) {

  boolean mayWait(Jws jws, Instant now) {
    JwkSet current = keys.current(now);
    boolean unknown = current == null || !IssuerSignature.knows(current, jws.keyId());
    return (unknown && keys.mayRefresh(now)) || review.mayWait(platform, jws, now);
  }

  Checked check(Jws jws, String compact, EvidenceSummary summary, Instant now) {
    try {
      Claims claims = jws.typedClaims();
      Refusal wrong = TokenRules.check(jws, claims, audience, maxAge, now);
      if (wrong == null) {
        wrong = signature(jws, now);
      }
      if (wrong != null) {
        return wrong.of(summary);
      }
      return switch (platform.read(claims, pins.names())) {
        case Platform.Unfit(Reason reason, String detail) ->
            Checked.failed(reason, detail, summary);
        case Platform.Facts facts -> held(jws, compact, claims, facts, summary, now);
      };
    } catch (MalformedJose e) {
      return Checked.failed(e.reason(), String.valueOf(e.getMessage()), summary);
    }
  }

  /** What the API server attests in a request that stands now; its age counts like a token's. */
  Checked check(Evidence.ClusterRequest request, Instant now) {
    EvidenceSummary summary =
        new EvidenceSummary(request.kind(), Outside.issuer(url), request.sha256());
    if (maxAge != null && !now.isBefore(request.createdAt().plus(maxAge))) {
      return Checked.failed(
          Reason.EVIDENCE_EXPIRED, "the request is older than " + maxAge, summary);
    }
    Map<String, Object> attributes = new HashMap<>(request.facts());
    Optional<String> unmet = pins.firstUnmet(JsonNodeFactory.instance.objectNode(), attributes);
    if (unmet.isPresent()) {
      return Checked.failed(
          Reason.PIN_NOT_MET, "issuer \"" + document + "\": " + unmet.get(), summary);
    }
    return switch (identity.render(request.facts()::get)) {
      case IdentityTemplate.Rendered.Unfit(String detail) ->
          Checked.failed(Reason.IDENTITY_MALFORMED, detail, summary);
      case IdentityTemplate.Rendered.Identity(WorkloadId id) -> {
        if (id.trustDomain().equals(ownDomain) && Reserved.holds(id)) {
          yield Checked.failed(Reason.IDENTITY_MALFORMED, Reserved.detail(id), summary);
        }
        // the API server itself says it, and now
        attributes.put("reviewed", true);
        yield new Checked.Held(
            new AttestedWorkload(
                id,
                summary,
                request.kind(),
                url,
                document,
                attributes,
                request.createdAt(),
                now.plus(request.lifetime()),
                null,
                false),
            null,
            null);
      }
    };
  }

  /** Keys of this issuer's source only; nothing in the token says where keys come from. */
  private @Nullable Refusal signature(Jws jws, Instant now) {
    boolean mayRefresh = mayBlock.getAsBoolean() && keys.mayRefresh(now);
    JwkSet current = keys.current(now);
    boolean unknown = current == null || !IssuerSignature.knows(current, jws.keyId());
    if (unknown && mayRefresh) {
      current = keys.refreshed(now);
    }
    return current == null
        ? new Refusal(
            Reason.KEYS_UNAVAILABLE,
            "issuer \"" + url + "\" has no keys that are fresh enough, or too many wait for them")
        : IssuerSignature.check(jws, current);
  }

  private Checked held(
      Jws jws,
      String compact,
      Claims claims,
      Platform.Facts facts,
      EvidenceSummary summary,
      Instant now)
      throws MalformedJose {
    Optional<String> unmet = pins.firstUnmet(claims.object(), facts.attributes());
    if (unmet.isPresent()) {
      return Checked.failed(
          Reason.PIN_NOT_MET, "issuer \"" + document + "\": " + unmet.get(), summary);
    }
    return switch (identity.render(facts.values())) {
      case IdentityTemplate.Rendered.Unfit(String detail) ->
          Checked.failed(Reason.IDENTITY_MALFORMED, detail, summary);
      case IdentityTemplate.Rendered.Identity(WorkloadId id) -> {
        if (id.trustDomain().equals(ownDomain) && Reserved.holds(id)) {
          yield Checked.failed(Reason.IDENTITY_MALFORMED, Reserved.detail(id), summary);
        }
        Instant issuedAt = claims.instant("iat");
        Instant expiresAt = claims.requiredInstant("exp");
        Instant ends =
            issuedAt == null || maxAge == null ? expiresAt : Age.end(issuedAt, maxAge, expiresAt);
        Review reviewed =
            review.review(
                platform,
                claims.object(),
                new Reviewer.Question(compact, jws.sha256(), audience, facts.attributes()),
                mayBlock,
                now);
        Map<String, Object> attributes = new HashMap<>(facts.attributes());
        switch (reviewed) {
          case Review.Rejected(Reason reason, String detail) -> {
            yield Checked.failed(reason, "issuer \"" + document + "\": " + detail, summary);
          }
          case Review.Crowded(String detail) -> {
            yield Checked.failed(
                Reason.RATE_LIMITED, "issuer \"" + document + "\": " + detail, summary);
          }
          case Review.Unavailable(String detail) -> {
            yield Checked.failed(
                Reason.DEPENDENCY_UNAVAILABLE, "issuer \"" + document + "\": " + detail, summary);
          }
          case Review.Confirmed confirmed -> attributes.putAll(confirmed.attributes());
          case null -> {}
        }
        if (platform.isReviewed()) {
          attributes.put("reviewed", reviewed != null);
        }
        AttestedWorkload workload =
            new AttestedWorkload(
                id,
                summary,
                platform.kind(),
                url,
                document,
                attributes,
                issuedAt,
                ends,
                null,
                false);
        yield new Checked.Held(
            workload,
            guard == null ? null : SingleUse.of(guard, url, jws, compact, ends),
            platform.isReviewed() ? ReviewTerms.told(reviewed, ends) : null);
      }
    };
  }

  /** A reason and a detail that still lack the evidence that they are about. */
  record Refusal(Reason reason, String detail) {
    Checked of(EvidenceSummary summary) {
      return Checked.failed(reason, detail, summary);
    }
  }
}
