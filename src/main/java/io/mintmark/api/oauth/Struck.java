package io.mintmark.api.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Answer;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.credential.Credential;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Scope;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Writes struck credentials as JSON. */
public final class Struck {
  public static final String TYPE_JWT = TokenForm.TYPE_JWT;
  public static final String TYPE_ACCESS_TOKEN = TokenForm.TYPE_ACCESS_TOKEN;
  private static final Base64.Encoder PEM_LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Struck() {}

  static HttpAnswer answer(Answer.Struck struck) {
    ObjectNode body =
        switch (struck.credential()) {
          case Credential.AccessToken token -> accessToken(token);
          case Credential.JwtSvid svid -> jwtSvid(svid);
          case Credential.X509Svid svid -> x509Svid(svid);
        };
    return HttpAnswer.credential(body.put("decision_id", struck.decisionId()));
  }

  /** RFC 6749 section 5.1; the scope is always stated. */
  private static ObjectNode accessToken(Credential.AccessToken token) {
    return Json.newObject()
        .put("access_token", token.token())
        .put("issued_token_type", TokenForm.TYPE_ACCESS_TOKEN)
        .put("token_type", "Bearer")
        .put("expires_in", secondsLeft(token))
        .put("scope", String.join(" ", scopes(token.grant())));
  }

  /** RFC 8693 section 2.2.1: a token that is no access token is of type {@code N_A}. */
  private static ObjectNode jwtSvid(Credential.JwtSvid svid) {
    return Json.newObject()
        .put("access_token", svid.token())
        .put("issued_token_type", TokenForm.TYPE_JWT)
        .put("token_type", "N_A")
        .put("expires_in", secondsLeft(svid));
  }

  private static ObjectNode x509Svid(Credential.X509Svid svid) {
    return Json.newObject()
        .put("certificate_chain", chain(svid))
        .put("trust_bundle", pem(svid.authorities()))
        .put("spiffe_id", spiffeId(svid))
        .put("serial", svid.serial())
        .put("expires_at", svid.expiresAt().toString());
  }

  /** Whole seconds from the decision to the end, never more than is left. */
  public static long secondsLeft(Credential credential) {
    return Duration.between(credential.grant().decidedAt(), credential.expiresAt()).toSeconds();
  }

  /** The granted scopes of an access token, sorted. */
  public static List<String> scopes(Decision.Grant grant) {
    return switch (grant.terms()) {
      case Decision.AccessToken terms ->
          terms.scopes().stream().sorted().map(Scope::value).toList();
      case Decision.JwtSvid terms -> List.of();
      case Decision.X509Svid terms -> List.of();
    };
  }

  public static String spiffeId(Credential.X509Svid svid) {
    return switch (svid.grant().terms()) {
      case Decision.X509Svid terms -> terms.id().uri();
      case Decision.JwtSvid terms -> terms.id().uri();
      case Decision.AccessToken terms -> svid.grant().workload().id().uri();
    };
  }

  /** The certificate and those above it but the root, in PEM. */
  public static String chain(Credential.X509Svid svid) {
    return svid.encodedChain().stream().map(Struck::pem).collect(Collectors.joining());
  }

  public static String pem(List<X509Certificate> certificates) {
    return certificates.stream().map(Struck::pem).collect(Collectors.joining());
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem(certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate of ours has no encoding", impossible);
    }
  }

  private static String pem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + PEM_LINES.encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }
}
