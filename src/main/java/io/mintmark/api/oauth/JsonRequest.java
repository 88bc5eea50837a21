package io.mintmark.api.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.api.Caller;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.api.http.Json;
import io.mintmark.credential.CertificateRequest;
import io.mintmark.credential.MalformedCsr;
import io.mintmark.evidence.Evidence;
import io.mintmark.exchange.Expected;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies of {@code POST /v1/exchange} and {@code POST /v1/certificates}. */
public final class JsonRequest {
  private static final long MAX_LIFETIME_SECONDS = 10L * 365 * 24 * 3600;

  private JsonRequest() {}

  /** Either of them: what has a {@code csr} asks for a certificate. */
  public static Request either(byte[] body, Caller caller) throws Refusal {
    return Json.read(body).has("csr") ? certificate(body, caller) : exchange(body, caller);
  }

  static Request exchange(byte[] body, Caller caller) throws Refusal {
    JsonNode root = Json.read(body);
    Json.only(
        root,
        "the request",
        Set.of("evidence", "resource", "audience", "scopes", "lifetime_seconds", "credential"));
    Proof proof = proof(root, caller);
    return new Request(
        proof.evidence(), proof.expected(), Presentation.CLIENT, wanted(root), lifetime(root));
  }

  static Request certificate(byte[] body, Caller caller) throws Refusal {
    JsonNode root = Json.read(body);
    Json.only(root, "the request", Set.of("evidence", "csr", "lifetime_seconds"));
    Proof proof = proof(root, caller);
    String csr = Json.text(root, "csr");
    if (csr == null) {
      throw new Refusal(Presentation.CLIENT, Reason.CSR_MALFORMED, "\"csr\" is missing");
    }
    try {
      CertificateRequest request = CertificateRequest.parse(csrBytes(csr));
      return new Request(
          proof.evidence(),
          proof.expected(),
          Presentation.CLIENT,
          new Ask.X509Svid(request.key()),
          lifetime(root));
    } catch (MalformedCsr malformed) {
      throw new Refusal(Presentation.CLIENT, malformed.reason(), message(malformed));
    }
  }

  private record Proof(Evidence evidence, Expected expected) {}

  private static Proof proof(JsonNode root, Caller caller) throws Refusal {
    JsonNode evidence = Json.object(root, "evidence");
    Json.only(evidence, "\"evidence\"", Set.of("kind", "token", "document"));
    String word = Json.text(evidence, "kind");
    if (word == null) {
      throw Refusal.malformed("\"evidence\" has no \"kind\"");
    }
    EvidenceKind kind =
        EvidenceKind.ofWord(word)
            .orElseThrow(() -> Refusal.malformed("the kind of evidence is unknown"));
    String token = Json.text(evidence, "token");
    if (evidence.has("document")) {
      throw new Refusal(
          Presentation.CLIENT,
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "this kind of evidence is not accepted as a document");
    }
    if (kind == EvidenceKind.X509_SVID) {
      return new Proof(certificate(caller, token), Expected.NOTHING);
    }
    if (token == null) {
      throw Refusal.malformed("\"evidence\" has no \"token\"");
    }
    Evidence proof =
        kind == EvidenceKind.JWT_SVID
            ? new Evidence.JwtSvid(token)
            : new Evidence.PlatformToken(token);
    return new Proof(caller.bound(proof), new Expected(null, kind));
  }

  private static Evidence certificate(Caller caller, @Nullable String token) throws Refusal {
    Evidence.X509Svid certificate = caller.certificate();
    if (token != null) {
      throw Refusal.malformed("evidence of kind x509-svid has no token");
    }
    if (certificate == null) {
      throw new Refusal(
          Presentation.CLIENT, Reason.EVIDENCE_CERTIFICATE, "there is no client certificate");
    }
    return certificate;
  }

  private static Ask.Wanted wanted(JsonNode root) throws Refusal {
    JsonNode credential = Json.object(root, "credential");
    Json.only(credential, "\"credential\"", Set.of("jwt_svid"));
    if (!root.has("credential")) {
      return new Ask.AccessToken(
          Targets.one(Json.text(root, "resource"), Json.text(root, "audience")),
          Targets.scopes(Json.texts(root, "scopes")));
    }
    if (root.has("resource") || root.has("audience") || root.has("scopes")) {
      throw Refusal.malformed("a JWT-SVID has audiences, and no resource and scopes");
    }
    JsonNode svid = Json.object(credential, "jwt_svid");
    Json.only(svid, "\"jwt_svid\"", Set.of("audiences"));
    Set<String> audiences = Json.texts(svid, "audiences");
    if (audiences.isEmpty()) {
      throw Refusal.malformed("a JWT-SVID needs at least one audience");
    }
    for (String audience : audiences) {
      Targets.bounded(audience);
    }
    return new Ask.JwtSvid(audiences);
  }

  private static @Nullable Duration lifetime(JsonNode root) throws Refusal {
    JsonNode seconds = root.path("lifetime_seconds");
    if (seconds.isMissingNode()) {
      return null;
    }
    if (!seconds.isIntegralNumber()
        || !seconds.canConvertToLong()
        || seconds.longValue() < 1
        || seconds.longValue() > MAX_LIFETIME_SECONDS) {
      throw Refusal.malformed("\"lifetime_seconds\" is not a sensible whole number");
    }
    return Duration.ofSeconds(seconds.longValue());
  }

  /** PEM as it is; otherwise base64 of DER. */
  private static byte[] csrBytes(String csr) throws Refusal {
    if (csr.stripLeading().startsWith("-----BEGIN")) {
      return csr.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(csr.strip());
    } catch (IllegalArgumentException notBase64) {
      throw new Refusal(
          Presentation.CLIENT, Reason.CSR_MALFORMED, "\"csr\" is neither PEM nor base64 of DER");
    }
  }

  private static String message(MalformedCsr malformed) {
    String message = malformed.getMessage();
    return message == null ? malformed.reason().word() : message;
  }
}
