package io.mintmark.evidence.trust;

import io.mintmark.evidence.ClaimValues;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A trust domain whose SVIDs are believed, by its one bundle.
 *
 * @param accepts none of these kinds, nobody
 * @param audience what a JWT-SVID must be for
 * @param maxAge of a JWT-SVID; null where its expiry is enough
 * @param guard where JWT-SVIDs are for single use; else null
 * @param ownBundle where this is the broker's own trust domain; else null
 * @param ownKeyRing whether the bundle is the broker's own, so that the broker struck every SVID
 */
record TrustedDomain(
    TrustDomain name,
    KeySource<Bundle> bundles,
    Set<EvidenceKind> accepts,
    String audience,
    @Nullable Duration maxAge,
    @Nullable ReplayGuard guard,
    @Nullable Supplier<Bundle> ownBundle,
    boolean ownKeyRing,
    BooleanSupplier mayBlock) {
  TrustedDomain {
    accepts = Set.copyOf(accepts);
  }

  boolean mayWait(Jws jws, Instant now) {
    if (!accepts.contains(EvidenceKind.JWT_SVID)) {
      return false;
    }
    Bundle bundle = bundles.current(now);
    return (bundle == null || !knows(bundle, jws.keyId())) && bundles.mayRefresh(now);
  }

  boolean mayWait(List<X509Certificate> chain, Instant now) {
    if (!accepts.contains(EvidenceKind.X509_SVID)) {
      return false;
    }
    Bundle bundle = bundles.current(now);
    return (bundle == null || !names(bundle, chain)) && bundles.mayRefresh(now);
  }

  Checked check(Jws jws, String compact, EvidenceSummary summary, Instant now) {
    Function<Bundle, SvidCheck> validate = bundle -> JwtSvid.validate(jws, bundle, audience, now);
    SvidCheck checked = check(EvidenceKind.JWT_SVID, validate, jws.keyId() != null, now);
    return switch (checked) {
      case SvidCheck.Invalid(Reason reason, String detail) ->
          Checked.failed(reason, detail, summary);
      case SvidCheck.Valid(WorkloadId id, Instant issuedAt, Instant expiresAt) -> {
        String another = TokenRules.notItsSubjects(jws);
        if (another != null) {
          yield Checked.failed(Reason.EVIDENCE_TYPE, another, summary);
        }
        Instant ends = expiresAt;
        if (maxAge != null) {
          if (issuedAt == null) {
            yield Checked.failed(
                Reason.EVIDENCE_EXPIRED,
                "a JWT-SVID with a maximum age must say when it was issued",
                summary);
          }
          ends = Age.end(issuedAt, maxAge, expiresAt);
          if (!now.isBefore(ends)) {
            yield Checked.failed(
                Reason.EVIDENCE_EXPIRED, "the JWT-SVID is older than " + maxAge, summary);
          }
        }
        yield held(
            id,
            summary,
            EvidenceKind.JWT_SVID,
            ClaimValues.unregistered(jws.claims()),
            issuedAt,
            ends,
            null,
            isOwn(validate),
            guard == null ? null : SingleUse.of(guard, name.uri(), jws, compact, ends));
      }
    };
  }

  Checked check(
      Evidence.X509Svid evidence, String thumbprint, EvidenceSummary summary, Instant now) {
    Function<Bundle, SvidCheck> validate =
        bundle -> X509Svid.validate(evidence.chain(), bundle, now);
    return switch (check(EvidenceKind.X509_SVID, validate, true, now)) {
      case SvidCheck.Invalid(Reason reason, String detail) ->
          Checked.failed(reason, detail, summary);
      case SvidCheck.Valid(WorkloadId id, Instant issuedAt, Instant expiresAt) ->
          held(
              id,
              summary,
              EvidenceKind.X509_SVID,
              Map.of(),
              issuedAt,
              expiresAt,
              thumbprint,
              isOwn(validate),
              null);
    };
  }

  private SvidCheck check(
      EvidenceKind kind, Function<Bundle, SvidCheck> validate, boolean mayNameNewKey, Instant now) {
    if (!accepts.contains(kind)) {
      return new SvidCheck.Invalid(
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "trust domain \"" + name + "\" does not accept " + kind);
    }
    boolean mayRefresh = mayBlock.getAsBoolean() && bundles.mayRefresh(now);
    Bundle bundle = bundles.current(now);
    if (bundle == null && mayRefresh) {
      bundle = bundles.refreshed(now);
      mayRefresh = false;
    }
    if (bundle == null) {
      return noKeys();
    }
    SvidCheck checked = validate.apply(bundle);
    boolean unknownKey =
        checked instanceof SvidCheck.Invalid invalid
            && invalid.reason() == Reason.EVIDENCE_KEY_UNKNOWN;
    if (!unknownKey || !mayNameNewKey || !mayRefresh) {
      return checked;
    }
    Bundle newer = bundles.refreshed(now);
    return newer == null ? noKeys() : validate.apply(newer);
  }

  private Checked held(
      WorkloadId id,
      EvidenceSummary summary,
      EvidenceKind kind,
      Map<String, Object> attributes,
      @Nullable Instant issuedAt,
      Instant expiresAt,
      @Nullable String thumbprint,
      boolean struckHere,
      @Nullable SingleUse use) {
    if (ownBundle != null && !struckHere && Reserved.holds(id)) {
      return Checked.failed(Reason.IDENTITY_MALFORMED, Reserved.detail(id), summary);
    }
    return new Checked.Held(
        new AttestedWorkload(
            id,
            summary,
            kind,
            name.name(),
            name.name(),
            attributes,
            issuedAt,
            expiresAt,
            thumbprint,
            struckHere),
        use,
        null);
  }

  /** Whether the broker's own bundle vouches for it too. */
  private boolean isOwn(Function<Bundle, SvidCheck> validate) {
    return ownKeyRing
        || (ownBundle != null && validate.apply(ownBundle.get()) instanceof SvidCheck.Valid);
  }

  private SvidCheck noKeys() {
    return new SvidCheck.Invalid(
        Reason.KEYS_UNAVAILABLE,
        "trust domain \"" + name + "\" has no bundle fresh enough, or too many wait for it");
  }

  private static boolean knows(Bundle bundle, @Nullable String keyId) {
    if (keyId == null) {
      return true;
    }
    for (Jwk key : bundle.jwtAuthorities()) {
      if (keyId.equals(key.keyId())) {
        return true;
      }
    }
    return false;
  }

  /** Whether an authority of the bundle may have signed the chain, by name and key identifier. */
  private static boolean names(Bundle bundle, List<X509Certificate> chain) {
    for (X509Certificate certificate :
        chain.subList(0, Math.min(chain.size(), X509Svid.MAX_CHAIN))) {
      for (X509Certificate authority : bundle.x509Authorities()) {
        if (authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
            && KeyIdentifiers.mayAgree(authority, certificate)) {
          return true;
        }
      }
    }
    return false;
  }
}
