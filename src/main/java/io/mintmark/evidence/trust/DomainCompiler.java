package io.mintmark.evidence.trust;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.trust.TrustCompiler.Problems;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles one TrustDomain document. */
final class DomainCompiler {
  private static final Set<EvidenceKind> SVIDS =
      Set.of(EvidenceKind.JWT_SVID, EvidenceKind.X509_SVID, EvidenceKind.WIT);

  private final Document document;
  private final SpecReader spec;
  private final TrustContext context;

  DomainCompiler(
      Document document,
      DocumentSet.Attachments attachments,
      TrustContext context,
      Problems problems) {
    this.document = document;
    this.spec = new SpecReader(document, attachments, problems);
    this.context = context;
  }

  /** A document that was found good; its key source is not open yet. */
  record Draft(
      Document document,
      BundleOrigin origin,
      Set<EvidenceKind> accepts,
      @Nullable Duration maxAge,
      boolean singleUse) {
    TrustedDomain open(TrustContext context) {
      boolean own = origin.trustDomain().equals(context.trustDomain());
      return new TrustedDomain(
          origin.trustDomain(),
          context.sources().bundles(origin),
          accepts,
          context.issuer(),
          maxAge,
          singleUse ? context.replayGuard() : null,
          own ? context.ownBundle() : null,
          origin instanceof BundleOrigin.Own,
          context.mayBlock());
    }
  }

  Optional<Draft> compile() {
    TrustDomain trustDomain;
    try {
      trustDomain = new TrustDomain(document.name());
    } catch (MalformedWorkloadId e) {
      spec.error("/metadata/name", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    Set<EvidenceKind> accepts = accepts();
    Duration maxAge = spec.duration("/spec/maxAge");
    BundleOrigin origin = origin(trustDomain);
    return Optional.ofNullable(origin)
        .map(
            from ->
                new Draft(
                    document, from, accepts, maxAge, spec.at("/spec/singleUse").asBoolean(false)));
  }

  private Set<EvidenceKind> accepts() {
    Set<EvidenceKind> accepts = EnumSet.noneOf(EvidenceKind.class);
    for (String word : spec.texts("/spec/accepts")) {
      Optional<EvidenceKind> kind = EvidenceKind.ofWord(word).filter(SVIDS::contains);
      if (kind.isEmpty()) {
        spec.error("/spec/accepts", Outside.quoted(word) + " is not a kind of SVID");
      }
      kind.ifPresent(accepts::add);
    }
    if (accepts.isEmpty()) {
      spec.warning("/spec/accepts", "an empty list: no SVID of this trust domain is accepted");
    }
    return accepts;
  }

  private @Nullable BundleOrigin origin(TrustDomain trustDomain) {
    if (!spec.has("/spec/bundle")) {
      if (trustDomain.equals(context.trustDomain())) {
        return new BundleOrigin.Own(trustDomain);
      }
      spec.error(
          "/spec", "\"bundle\" is missing: only the broker's own trust domain does without one");
      return null;
    }
    if (spec.has("/spec/bundle/file")) {
      if (isEmpty(trustDomain, "/spec/bundle/file")) {
        spec.warning(
            "/spec/bundle/file", "a bundle without a usable key: nothing is believed by it");
      }
      return new BundleOrigin.File(trustDomain, spec.required("/spec/bundle/file"));
    }
    if (spec.has("/spec/bundle/workloadApi")) {
      return new BundleOrigin.WorkloadApi(trustDomain, spec.required("/spec/bundle/workloadApi"));
    }
    if (spec.has("/spec/bundle/endpoint")) {
      return endpoint(trustDomain);
    }
    spec.error("/spec/bundle", "a bundle comes from one of file, endpoint and workloadApi");
    return null;
  }

  private @Nullable BundleOrigin endpoint(TrustDomain trustDomain) {
    String base = "/spec/bundle/endpoint";
    spec.requireHttps(base + "/url");
    String url = spec.required(base + "/url");
    var addresses = spec.texts(base + "/allowAddresses");
    String profile = spec.required(base + "/profile");
    return switch (profile) {
      case "https_web" -> {
        refuse(base, "spiffeId", profile);
        refuse(base, "bootstrap", profile);
        String caFile = spec.text(base + "/caFile");
        if (caFile != null) {
          spec.file(base + "/caFile");
        }
        yield new BundleOrigin.WebEndpoint(trustDomain, url, caFile, addresses);
      }
      case "https_spiffe" -> {
        refuse(base, "caFile", profile);
        String bootstrap = spec.text(base + "/bootstrap/file");
        if (bootstrap == null) {
          spec.error(base, "profile https_spiffe needs a \"bootstrap\" bundle to begin with");
        } else if (isEmpty(trustDomain, base + "/bootstrap/file")) {
          spec.error(
              base + "/bootstrap/file", "a bundle without a usable key vouches for no endpoint");
        }
        WorkloadId server = server(trustDomain, base + "/spiffeId");
        yield bootstrap == null || server == null
            ? null
            : new BundleOrigin.SpiffeEndpoint(trustDomain, url, server, bootstrap, addresses);
      }
      default -> {
        spec.error(base + "/profile", "a profile is https_web or https_spiffe");
        yield null;
      }
    };
  }

  private @Nullable WorkloadId server(TrustDomain trustDomain, String pointer) {
    try {
      WorkloadId id = WorkloadId.parse(spec.required(pointer));
      if (id.trustDomain().equals(trustDomain)) {
        return id;
      }
      spec.error(pointer, "the endpoint's server is not in trust domain \"" + trustDomain + "\"");
    } catch (MalformedWorkloadId e) {
      spec.error(pointer, String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void refuse(String base, String field, String profile) {
    if (spec.has(base + "/" + field)) {
      spec.error(base + "/" + field, "\"" + field + "\" has no meaning with profile " + profile);
    }
  }

  /** Whether nothing is believed by a bundle; one in PEM is the key source's to read. */
  private boolean isEmpty(TrustDomain trustDomain, String pointer) {
    byte[] bytes = spec.file(pointer);
    if (bytes.length == 0 || bytes[0] != '{') {
      return false;
    }
    try {
      return Bundle.parse(trustDomain, bytes).isEmpty();
    } catch (MalformedBundle e) {
      spec.error(pointer, String.valueOf(e.getMessage()));
      return false;
    }
  }
}
