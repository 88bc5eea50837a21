package io.mintmark.api;

import io.grpc.Status;
import io.mintmark.workload.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one error table: a reason, and how evidence was presented, to what a caller is told. Nothing
 * in it says which rules exist; that stays with the operator, under the decision id.
 */
public final class Errors {
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(5);

  private Errors() {}

  /**
   * What a caller is told.
   *
   * @param code the OAuth error code (RFC 6749 section 5.2, RFC 8707 section 2)
   * @param httpStatus the status of the HTTP answer
   * @param grpcStatus the status of the gRPC answer
   * @param sentence one plain sentence for {@code error_description}
   * @param retryAfter when to try again; null where trying again does not help
   */
  public record Told(
      String code,
      int httpStatus,
      Status.Code grpcStatus,
      String sentence,
      @Nullable Duration retryAfter) {}

  public static Told told(Reason reason, Presentation presentation) {
    return switch (reason) {
      case REQUEST_MALFORMED ->
          presentation == Presentation.UNKNOWN_GRANT
              ? request("unsupported_grant_type", "this grant type is not supported")
              : request("invalid_request", "the request is malformed");
      case REQUEST_TOO_LARGE ->
          new Told(
              "invalid_request",
              TOO_LARGE,
              Status.Code.INVALID_ARGUMENT,
              "the request is too large",
              null);
      case EVIDENCE_KIND_NOT_ACCEPTED ->
          evidence(presentation, "evidence of this kind is not accepted here");
      case EVIDENCE_MALFORMED -> evidence(presentation, "the evidence is malformed");
      case EVIDENCE_ALGORITHM ->
          evidence(presentation, "the evidence's signature algorithm is not accepted");
      case EVIDENCE_TYPE -> evidence(presentation, "the evidence is of another type");
      case EVIDENCE_KEY_UNKNOWN -> evidence(presentation, "the evidence's signing key is unknown");
      case EVIDENCE_SIGNATURE -> evidence(presentation, "the evidence's signature does not verify");
      case EVIDENCE_EXPIRED -> evidence(presentation, "the evidence has expired");
      case EVIDENCE_NOT_YET_VALID -> evidence(presentation, "the evidence is not valid yet");
      case EVIDENCE_AUDIENCE -> evidence(presentation, "the evidence is for another audience");
      case EVIDENCE_REPLAYED -> evidence(presentation, "the evidence was used before");
      case EVIDENCE_REVOKED ->
          evidence(presentation, "its platform no longer honours the evidence");
      case EVIDENCE_CERTIFICATE ->
          evidence(presentation, "the client certificate is missing or does not hold");
      case ISSUER_NOT_TRUSTED -> evidence(presentation, "the evidence's issuer is not trusted");
      case TRUST_DOMAIN_NOT_TRUSTED ->
          evidence(presentation, "the evidence's trust domain is not trusted");
      case IDENTITY_MALFORMED -> evidence(presentation, "the evidence proves no usable identity");
      case IDENTITY_MISMATCH ->
          evidence(presentation, "the request and its evidence name different identities");
      case PIN_NOT_MET -> evidence(presentation, "the evidence lacks a claim that is required");
      case RESOURCE_UNKNOWN -> request("invalid_target", "the target is missing or unknown");
      case SCOPE_NOT_GRANTED ->
          denied("invalid_scope", "a scope that was asked for is not granted");
      case NO_GRANT, GUARDRAIL, CONDITION_FALSE, CONDITION_ERROR ->
          denied("unauthorized_client", "this workload is not granted what it asks for");
      case BINDING_REQUIRED ->
          denied(
              "invalid_request",
              "this target takes only tokens bound to a client certificate: ask over mutual TLS");
      case CSR_MALFORMED -> request("invalid_request", "the certificate request is malformed");
      case CSR_KEY -> request("invalid_request", "the certificate request's key is not acceptable");
      case OVERLOADED ->
          new Told(
              "temporarily_unavailable",
              UNAVAILABLE,
              Status.Code.RESOURCE_EXHAUSTED,
              "the broker has too much to do",
              SOON);
      case RATE_LIMITED ->
          new Told(
              "temporarily_unavailable",
              TOO_MANY,
              Status.Code.RESOURCE_EXHAUSTED,
              "too many requests",
              SOON);
      case LEDGER_UNAVAILABLE -> unavailable("the broker cannot keep its record now");
      case KEYS_UNAVAILABLE -> unavailable("keys that this needs are not there now");
      case DEPENDENCY_UNAVAILABLE -> unavailable("something the broker depends on is out of reach");
    };
  }

  private static Told request(String code, String sentence) {
    return new Told(code, BAD_REQUEST, Status.Code.INVALID_ARGUMENT, sentence, null);
  }

  private static Told denied(String code, String sentence) {
    return new Told(code, BAD_REQUEST, Status.Code.PERMISSION_DENIED, sentence, null);
  }

  private static Told unavailable(String sentence) {
    return new Told(
        "temporarily_unavailable", UNAVAILABLE, Status.Code.UNAVAILABLE, sentence, LATER);
  }

  private static Told evidence(Presentation presentation, String sentence) {
    return switch (presentation) {
      case CLIENT ->
          new Told("invalid_client", UNAUTHORIZED, Status.Code.UNAUTHENTICATED, sentence, null);
      case GRANT ->
          new Told("invalid_grant", BAD_REQUEST, Status.Code.UNAUTHENTICATED, sentence, null);
      case SUBJECT_TOKEN ->
          new Told("invalid_request", BAD_REQUEST, Status.Code.UNAUTHENTICATED, sentence, null);
      case UNKNOWN_GRANT ->
          new Told(
              "unsupported_grant_type", BAD_REQUEST, Status.Code.UNAUTHENTICATED, sentence, null);
    };
  }
}
