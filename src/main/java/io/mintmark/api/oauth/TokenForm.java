package io.mintmark.api.oauth;

import io.mintmark.api.Caller;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.evidence.Evidence;
import io.mintmark.exchange.Expected;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of {@code POST /oauth2/token}, read once into a {@link Request}. */
final class TokenForm {
  static final String CLIENT_CREDENTIALS = "client_credentials";
  static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String ASSERTION_JWT_SPIFFE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
  static final String ASSERTION_JWT_BEARER =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  static final String ASSERTION_EVIDENCE = "urn:mintmark:evidence:";
  static final String TYPE_JWT = "urn:ietf:params:oauth:token-type:jwt";
  static final String TYPE_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  /**
   * Parameters whose meaning we would have to honour and do not: leaving one out would give more,
   * or something other, than was asked for.
   */
  private static final Set<String> NOT_HONOURED =
      Set.of("actor_token", "actor_token_type", "authorization_details", "refresh_token", "code");

  private final Form form;
  private final Caller caller;

  private TokenForm(Form form, Caller caller) {
    this.form = form;
    this.caller = caller;
  }

  /**
   * @param authorization whether the request has an Authorization header, which would be another
   *     way of client authentication beside ours (RFC 6749 section 2.3 allows one)
   */
  static Request parse(byte[] body, Caller caller, boolean authorization) throws Refusal {
    Form form = Form.parse(body);
    if (authorization || form.has("client_secret")) {
      throw new Refusal(
          Presentation.CLIENT,
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "a shared secret is no evidence here");
    }
    for (String name : NOT_HONOURED) {
      if (form.has(name)) {
        throw Refusal.malformed("parameter \"" + name + "\" is not supported");
      }
    }
    return new TokenForm(form, caller).request();
  }

  private Request request() throws Refusal {
    String grantType = form.required("grant_type");
    Proof proof =
        switch (grantType) {
          case CLIENT_CREDENTIALS -> clientCredentials();
          case JWT_BEARER -> assertionGrant();
          case TOKEN_EXCHANGE -> tokenExchange();
          default ->
              throw new Refusal(
                  Presentation.UNKNOWN_GRANT,
                  Reason.REQUEST_MALFORMED,
                  "the grant type is not supported");
        };
    return new Request(
        proof.evidence(),
        new Expected(form.get("client_id"), null),
        proof.presentation(),
        Wanted.of(form),
        null);
  }

  private record Proof(Evidence evidence, Presentation presentation) {}

  private Proof clientCredentials() throws Refusal {
    String type = form.get("client_assertion_type");
    String assertion = form.get("client_assertion");
    if ((type == null) != (assertion == null)) {
      throw Refusal.malformed("client_assertion and client_assertion_type go together");
    }
    if (type == null || assertion == null) {
      return new Proof(certificate(), Presentation.CLIENT);
    }
    return new Proof(caller.bound(clientAssertion(type, assertion)), Presentation.CLIENT);
  }

  private static Evidence clientAssertion(String type, String assertion) throws Refusal {
    return switch (type) {
      case ASSERTION_JWT_SPIFFE -> new Evidence.JwtSvid(assertion);
      case ASSERTION_JWT_BEARER -> new Evidence.PlatformToken(assertion);
      default -> {
        boolean known =
            type.startsWith(ASSERTION_EVIDENCE)
                && EvidenceKind.ofWord(type.substring(ASSERTION_EVIDENCE.length())).isPresent();
        throw known
            ? new Refusal(
                Presentation.CLIENT,
                Reason.EVIDENCE_KIND_NOT_ACCEPTED,
                "this kind of evidence is not accepted in this form")
            : Refusal.malformed("client_assertion_type is unknown");
      }
    };
  }

  /**
   * Mutual TLS: {@code client_id} must be sent and is compared with the certificate's SPIFFE ID
   * (RFC 8705 section 2, draft-ietf-oauth-spiffe-client-auth).
   */
  private Evidence certificate() throws Refusal {
    Evidence.X509Svid certificate = caller.certificate();
    if (certificate == null) {
      throw new Refusal(
          Presentation.CLIENT,
          Reason.EVIDENCE_CERTIFICATE,
          "neither client_assertion nor a client certificate is there");
    }
    form.required("client_id");
    return certificate;
  }

  private Proof assertionGrant() throws Refusal {
    String assertion = form.required("assertion");
    agreeingClient(assertion);
    return new Proof(caller.bound(new Evidence.PlatformToken(assertion)), Presentation.GRANT);
  }

  private Proof tokenExchange() throws Refusal {
    String subject = form.required("subject_token");
    String type = form.required("subject_token_type");
    if (!type.equals(TYPE_JWT)) {
      throw new Refusal(
          Presentation.SUBJECT_TOKEN,
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "subject_token_type is not accepted");
    }
    agreeingClient(subject);
    Evidence proof =
        claimsSpiffeId(subject)
            ? new Evidence.JwtSvid(subject)
            : new Evidence.PlatformToken(subject);
    return new Proof(caller.bound(proof), Presentation.SUBJECT_TOKEN);
  }

  /** A client assertion beside the proof must be that proof: two proofs would be two callers. */
  private void agreeingClient(String proof) throws Refusal {
    String assertion = form.get("client_assertion");
    if (assertion != null && !assertion.equals(proof)) {
      throw Refusal.malformed("one proof a request: client_assertion is another one");
    }
  }

  /**
   * Whether a subject token reads as a JWT-SVID. This only picks how it is checked: either way it
   * must hold.
   */
  private static boolean claimsSpiffeId(String token) {
    try {
      String subject = text(Jws.parse(token, token.length()).claims().path("sub"));
      return subject != null && subject.startsWith("spiffe://");
    } catch (MalformedJose notEvenAJws) {
      return false;
    }
  }

  private static @Nullable String text(com.fasterxml.jackson.databind.JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  /** What the form asks for. */
  private static final class Wanted {
    static Ask.Wanted of(Form form) throws Refusal {
      String type = form.get("requested_token_type");
      if (type == null || type.equals(TYPE_ACCESS_TOKEN)) {
        return new Ask.AccessToken(
            Targets.one(form.get("resource"), form.get("audience")),
            Targets.scopes(form.get("scope")));
      }
      if (!type.equals(TYPE_JWT)) {
        throw Refusal.malformed("requested_token_type is not supported");
      }
      String audience = form.get("audience");
      if (audience == null || form.has("resource") || form.has("scope")) {
        throw Refusal.malformed("a JWT-SVID is asked for with audience, without resource or scope");
      }
      return new Ask.JwtSvid(Set.of(Targets.bounded(audience)));
    }
  }
}
