package io.mintmark.api.grpc;

import io.mintmark.api.Caller;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.api.oauth.Targets;
import io.mintmark.credential.CertificateRequest;
import io.mintmark.credential.MalformedCsr;
import io.mintmark.evidence.Evidence;
import io.mintmark.exchange.Expected;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.PlatformToken;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads protobuf requests once into a {@link Request}. */
final class WireRequest {
  private static final long MAX_LIFETIME_SECONDS = 10L * 365 * 24 * 3600;
  private static final int MAX_AUDIENCES = 64;

  private WireRequest() {}

  static Request exchange(ExchangeRequest wire, Caller caller) throws Refusal {
    Proof proof = proof(wire.getEvidence(), caller);
    return new Request(
        proof.evidence(),
        proof.expected(),
        Presentation.CLIENT,
        wanted(wire),
        lifetime(wire.getLifetimeSeconds()));
  }

  static Request certificate(IssueCertificateRequest wire, Caller caller) throws Refusal {
    Proof proof = proof(wire.getEvidence(), caller);
    try {
      CertificateRequest csr = CertificateRequest.parse(wire.getCsr().toByteArray());
      return new Request(
          proof.evidence(),
          proof.expected(),
          Presentation.CLIENT,
          new Ask.X509Svid(csr.key()),
          lifetime(wire.getLifetimeSeconds()));
    } catch (MalformedCsr malformed) {
      String message = malformed.getMessage();
      throw new Refusal(
          Presentation.CLIENT,
          malformed.reason(),
          message == null ? malformed.reason().word() : message);
    }
  }

  /** A proof, and what is said of it beside it. */
  record Proof(Evidence evidence, Expected expected) {}

  static Proof proof(io.mintmark.wire.v1.Evidence wire, Caller caller) throws Refusal {
    return switch (wire.getEvidenceCase()) {
      case JWT_SVID ->
          new Proof(caller.bound(new Evidence.JwtSvid(wire.getJwtSvid())), Expected.NOTHING);
      case X509_SVID -> {
        Evidence.X509Svid certificate = caller.certificate();
        if (certificate == null) {
          throw new Refusal(
              Presentation.CLIENT, Reason.EVIDENCE_CERTIFICATE, "there is no client certificate");
        }
        yield new Proof(certificate, Expected.NOTHING);
      }
      case PLATFORM_TOKEN -> {
        PlatformToken token = wire.getPlatformToken();
        yield new Proof(
            caller.bound(new Evidence.PlatformToken(token.getToken())),
            new Expected(null, kind(token.getKind())));
      }
      case EVIDENCE_NOT_SET -> throw Refusal.malformed("the request has no evidence");
    };
  }

  private static @Nullable EvidenceKind kind(String word) throws Refusal {
    return word.isEmpty()
        ? null
        : EvidenceKind.ofWord(word)
            .orElseThrow(() -> Refusal.malformed("the kind of evidence is unknown"));
  }

  private static Ask.Wanted wanted(ExchangeRequest wire) throws Refusal {
    if (!wire.hasJwtSvid()) {
      if (wire.getResource().isEmpty()) {
        throw new Refusal(Presentation.CLIENT, Reason.RESOURCE_UNKNOWN, "no resource is named");
      }
      return new Ask.AccessToken(
          Targets.bounded(wire.getResource()), Targets.scopes(wire.getScopesList()));
    }
    if (!wire.getResource().isEmpty() || wire.getScopesCount() > 0) {
      throw Refusal.malformed("a JWT-SVID has audiences, and no resource and scopes");
    }
    List<String> listed = wire.getJwtSvid().getAudiencesList();
    Set<String> audiences = new LinkedHashSet<>(listed);
    if (audiences.isEmpty() || listed.size() > MAX_AUDIENCES) {
      throw Refusal.malformed("a JWT-SVID needs 1 to 64 audiences");
    }
    for (String audience : audiences) {
      Targets.bounded(audience);
    }
    return new Ask.JwtSvid(audiences);
  }

  private static @Nullable Duration lifetime(long seconds) throws Refusal {
    if (seconds < 0 || seconds > MAX_LIFETIME_SECONDS) {
      throw Refusal.malformed("lifetime_seconds is not a sensible number");
    }
    return seconds == 0 ? null : Duration.ofSeconds(seconds);
  }
}
