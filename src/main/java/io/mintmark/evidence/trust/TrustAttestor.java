package io.mintmark.evidence.trust;

import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.Reviewer;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attests evidence against the trust domains and issuers of one moment. Immutable: what was removed
 * from the documents is not believed any more from the moment that a new attestor is in force.
 */
public final class TrustAttestor implements Attestor {
  /** The longest token that is looked at, in characters. */
  public static final int MAX_TOKEN = 16 * 1024;

  private static final System.Logger LOG = System.getLogger(TrustAttestor.class.getName());

  private final Trusted trusted;
  private final String ownIssuer;
  private final InstantSource clock;

  TrustAttestor(
      Map<TrustDomain, TrustedDomain> domains,
      Map<String, TrustedIssuer> issuers,
      String ownIssuer,
      InstantSource clock) {
    this.trusted = new Trusted(domains, issuers);
    this.ownIssuer = ownIssuer;
    this.clock = clock;
  }

  @Override
  public boolean mayWait(Evidence evidence) {
    try {
      return mayWait(evidence, clock.instant());
    } catch (MalformedJose | MalformedWorkloadId refusedAtOnce) {
      return false;
    } catch (RuntimeException bug) {
      unexpected(bug);
      return false;
    }
  }

  @Override
  public Attestation attest(Evidence evidence, Instant now) {
    try {
      return attestation(check(evidence, now), now);
    } catch (RuntimeException bug) {
      return failed(evidence, bug);
    }
  }

  /** Parses a token once, where asking {@link #mayWait} first would parse it twice. */
  @Override
  public @Nullable Attestation attestAtOnce(Evidence evidence, Instant now) {
    try {
      return switch (evidence) {
        case Evidence.JwtSvid(String token) -> atOnce(jwtSvid(token, now, true), now);
        case Evidence.PlatformToken(String token) -> atOnce(platformToken(token, now, true), now);
        case Evidence.X509Svid _, Evidence.ClusterRequest _, Evidence.Bound _ ->
            mayWait(evidence) ? null : attest(evidence, now);
      };
    } catch (RuntimeException bug) {
      return failed(evidence, bug);
    }
  }

  private static @Nullable Attestation atOnce(@Nullable Checked checked, Instant now) {
    return checked == null ? null : attestation(checked, now);
  }

  private static Attestation attestation(Checked checked, Instant now) {
    return switch (checked) {
      case Checked.Failed(Attestation.Refused refused) -> refused;
      case Checked.Held(AttestedWorkload workload, SingleUse use, _) -> {
        Attestation.Refused used = use == null ? null : use.claim(workload, now);
        yield used == null ? new Attestation.Attested(workload) : used;
      }
    };
  }

  @Override
  public Examination examine(Evidence evidence, Instant now) {
    try {
      return switch (check(evidence, now)) {
        case Checked.Failed(Attestation.Refused refused) -> new Examination(refused, false, null);
        case Checked.Held(AttestedWorkload workload, SingleUse use, String review) ->
            new Examination(
                new Attestation.Attested(workload),
                use != null,
                use == null ? null : use.spent(workload, now),
                review);
      };
    } catch (RuntimeException bug) {
      return new Examination(failed(evidence, bug), false, null);
    }
  }

  private static Attestation.Refused failed(Evidence evidence, RuntimeException bug) {
    unexpected(bug);
    return new Attestation.Refused(
        Reason.EVIDENCE_MALFORMED,
        "checking the evidence failed unexpectedly",
        new EvidenceSummary(null, null, EvidenceHash.of(evidence)));
  }

  /** How the keys of all trust domains and issuers are, in the order of their names. */
  public TrustStatus status(Instant now) {
    return trusted.status(now);
  }

  /**
   * The bundles by which SVIDs are believed now; one that is missing or too old is left out, and so
   * is that of a trust domain of which no kind of SVID is accepted.
   */
  public Map<TrustDomain, Bundle> bundles(Instant now) {
    return trusted.bundles(now);
  }

  List<Reviewer> reviewers() {
    return trusted.reviewers();
  }

  List<KeySource<?>> sources() {
    return trusted.sources();
  }

  private boolean mayWait(Evidence evidence, Instant now) throws MalformedJose {
    return switch (evidence) {
      case Evidence.JwtSvid(String token) -> {
        Jws jws = Jws.parse(token, MAX_TOKEN);
        TrustedDomain domain = trusted.domains().get(JwtSvid.claimedTrustDomain(jws));
        yield domain != null && domain.mayWait(jws, now);
      }
      case Evidence.X509Svid(List<X509Certificate> chain) -> {
        TrustedDomain domain =
            chain.isEmpty()
                ? null
                : trusted.domains().get(X509Svid.claimedTrustDomain(chain.getFirst()));
        yield domain != null && domain.mayWait(chain, now);
      }
      case Evidence.PlatformToken(String token) -> {
        Jws jws = Jws.parse(token, MAX_TOKEN);
        String issuer = jws.claims().path("iss").textValue();
        TrustedIssuer platform = issuer == null ? null : trusted.issuers().get(issuer);
        yield platform != null && platform.mayWait(jws, now);
      }
      case Evidence.ClusterRequest ignored -> false;
      case Evidence.Bound(Evidence proof, Evidence.X509Svid holder) ->
          !(proof instanceof Evidence.Bound) && (mayWait(holder, now) || mayWait(proof, now));
    };
  }

  private Checked check(Evidence evidence, Instant now) {
    return switch (evidence) {
      case Evidence.JwtSvid(String token) -> waited(jwtSvid(token, now, false));
      case Evidence.X509Svid holder -> x509Svid(holder, now);
      case Evidence.PlatformToken(String token) -> waited(platformToken(token, now, false));
      case Evidence.ClusterRequest request -> clusterRequest(request, now);
      case Evidence.Bound(Evidence proof, Evidence.X509Svid holder) -> bound(proof, holder, now);
    };
  }

  private static Checked waited(@Nullable Checked checked) {
    if (checked == null) {
      throw new IllegalStateException("evidence that may be waited for is checked to its end");
    }
    return checked;
  }

  /** Null where it may wait, and must not. */
  private @Nullable Checked jwtSvid(String token, Instant now, boolean atOnce) {
    Jws jws;
    try {
      jws = Jws.parse(token, MAX_TOKEN);
    } catch (MalformedJose e) {
      return Checked.failed(
          e.reason(),
          String.valueOf(e.getMessage()),
          new EvidenceSummary(EvidenceKind.JWT_SVID, null, EvidenceHash.of(token)));
    }
    String sha256 = jws.sha256();
    TrustDomain claimed;
    try {
      claimed = JwtSvid.claimedTrustDomain(jws);
    } catch (MalformedWorkloadId e) {
      return Checked.failed(
          Reason.IDENTITY_MALFORMED,
          String.valueOf(e.getMessage()),
          new EvidenceSummary(EvidenceKind.JWT_SVID, null, sha256));
    }
    EvidenceSummary summary =
        new EvidenceSummary(EvidenceKind.JWT_SVID, Outside.issuer(claimed.name()), sha256);
    TrustedDomain domain = trusted.domains().get(claimed);
    if (domain == null) {
      return notTrusted(claimed, summary);
    }
    return atOnce && domain.mayWait(jws, now) ? null : domain.check(jws, token, summary, now);
  }

  private Checked x509Svid(Evidence.X509Svid evidence, Instant now) {
    byte[] hash = EvidenceHash.leaf(evidence);
    String sha256 = HexFormat.of().formatHex(hash);
    TrustDomain claimed;
    try {
      if (evidence.chain().isEmpty()) {
        return Checked.failed(
            Reason.EVIDENCE_CERTIFICATE,
            "there is no certificate",
            new EvidenceSummary(EvidenceKind.X509_SVID, null, sha256));
      }
      claimed = X509Svid.claimedTrustDomain(evidence.chain().getFirst());
    } catch (MalformedWorkloadId e) {
      return Checked.failed(
          Reason.IDENTITY_MALFORMED,
          String.valueOf(e.getMessage()),
          new EvidenceSummary(EvidenceKind.X509_SVID, null, sha256));
    }
    EvidenceSummary summary =
        new EvidenceSummary(EvidenceKind.X509_SVID, Outside.issuer(claimed.name()), sha256);
    TrustedDomain domain = trusted.domains().get(claimed);
    return domain == null
        ? notTrusted(claimed, summary)
        : domain.check(
            evidence, Base64.getUrlEncoder().withoutPadding().encodeToString(hash), summary, now);
  }

  /** Null where it may wait, and must not. */
  private @Nullable Checked platformToken(String token, Instant now, boolean atOnce) {
    Jws jws;
    String issuer;
    try {
      jws = Jws.parse(token, MAX_TOKEN);
      issuer = jws.typedClaims().requiredString("iss");
    } catch (MalformedJose e) {
      return Checked.failed(
          e.reason(),
          String.valueOf(e.getMessage()),
          new EvidenceSummary(null, null, EvidenceHash.of(token)));
    }
    if (issuer.equals(ownIssuer)) {
      return Checked.failed(
          Reason.ISSUER_NOT_TRUSTED,
          "a token of this broker is no platform's",
          new EvidenceSummary(null, Outside.issuer(issuer), jws.sha256()));
    }
    TrustedIssuer found = trusted.issuers().get(issuer);
    if (found == null) {
      return Checked.failed(
          Reason.ISSUER_NOT_TRUSTED,
          "issuer " + Outside.quoted(issuer) + " is in no Issuer document",
          new EvidenceSummary(null, Outside.issuer(issuer), jws.sha256()));
    }
    EvidenceSummary summary =
        new EvidenceSummary(found.platform().kind(), Outside.issuer(issuer), jws.sha256());
    return atOnce && found.mayWait(jws, now) ? null : found.check(jws, token, summary, now);
  }

  /** The request names no issuer: the one document that takes such requests is its cluster's. */
  private Checked clusterRequest(Evidence.ClusterRequest request, Instant now) {
    for (TrustedIssuer issuer : trusted.issuers().values()) {
      if (issuer.requests().contains(request.kind())) {
        return issuer.check(request, now);
      }
    }
    return Checked.failed(
        Reason.ISSUER_NOT_TRUSTED,
        "no Issuer document takes " + request.kind() + " in certificateRequests",
        new EvidenceSummary(request.kind(), null, request.sha256()));
  }

  private Checked bound(Evidence proof, Evidence.X509Svid holder, Instant now) {
    if (proof instanceof Evidence.Bound
        || proof instanceof Evidence.X509Svid
        || proof instanceof Evidence.ClusterRequest) {
      return Checked.failed(
          Reason.EVIDENCE_MALFORMED,
          "only a token can be bound to a certificate",
          new EvidenceSummary(null, null, EvidenceHash.of(proof)));
    }
    return switch (x509Svid(holder, now)) {
      case Checked.Failed failed -> failed;
      case Checked.Held(AttestedWorkload owner, _, _) ->
          switch (check(proof, now)) {
            case Checked.Failed failed -> failed;
            case Checked.Held held -> held.shownBy(owner);
          };
    };
  }

  private static Checked notTrusted(TrustDomain claimed, EvidenceSummary summary) {
    return Checked.failed(
        Reason.TRUST_DOMAIN_NOT_TRUSTED,
        "trust domain " + Outside.quoted(claimed.name()) + " is in no TrustDomain document",
        summary);
  }

  /** A bug never becomes an acceptance; its message may hold what a caller sent. */
  private static void unexpected(RuntimeException bug) {
    StackTraceElement[] trace = bug.getStackTrace();
    LOG.log(
        System.Logger.Level.ERROR,
        "checking evidence failed unexpectedly: {0} at {1}",
        bug.getClass().getName(),
        trace.length == 0 ? "?" : trace[0]);
  }
}
