package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mintmark.workload.Reason;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorsTest {
  /** RFC 6749 section 5.2, RFC 8693 section 2.2.2, RFC 8707 section 2. */
  private static final Set<String> CODES =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target",
          "temporarily_unavailable");

  @ParameterizedTest
  @EnumSource
  void everyReasonHasAnAnswerInEveryPresentation(Reason reason) {
    for (Presentation presentation : Presentation.values()) {
      Errors.Told told = Errors.told(reason, presentation);
      assertThat(told.code()).isIn(CODES);
      assertThat(told.httpStatus()).isBetween(400, 599).isNotEqualTo(500);
      assertThat(told.grpcStatus())
          .isNotIn(Status.Code.OK, Status.Code.UNKNOWN, Status.Code.INTERNAL);
      assertThat(told.sentence()).matches("[a-z][ -~]{8,120}").doesNotEndWith(".");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatMayWorkLaterSaysWhen(Reason reason) {
    Errors.Told told = Errors.told(reason, Presentation.CLIENT);
    boolean passing = told.httpStatus() == 503 || told.httpStatus() == 429;
    assertThat(told.retryAfter() != null).isEqualTo(passing);
    assertThat(told.code().equals("temporarily_unavailable")).isEqualTo(passing);
  }

  @ParameterizedTest
  @CsvSource({
    "EVIDENCE_EXPIRED, CLIENT, invalid_client, 401, UNAUTHENTICATED",
    "EVIDENCE_EXPIRED, GRANT, invalid_grant, 400, UNAUTHENTICATED",
    "EVIDENCE_EXPIRED, SUBJECT_TOKEN, invalid_request, 400, UNAUTHENTICATED",
    "EVIDENCE_SIGNATURE, CLIENT, invalid_client, 401, UNAUTHENTICATED",
    "EVIDENCE_REPLAYED, GRANT, invalid_grant, 400, UNAUTHENTICATED",
    "ISSUER_NOT_TRUSTED, SUBJECT_TOKEN, invalid_request, 400, UNAUTHENTICATED",
    "TRUST_DOMAIN_NOT_TRUSTED, CLIENT, invalid_client, 401, UNAUTHENTICATED",
    "IDENTITY_MISMATCH, CLIENT, invalid_client, 401, UNAUTHENTICATED",
    "PIN_NOT_MET, GRANT, invalid_grant, 400, UNAUTHENTICATED",
    "EVIDENCE_KIND_NOT_ACCEPTED, CLIENT, invalid_client, 401, UNAUTHENTICATED",
    "REQUEST_MALFORMED, CLIENT, invalid_request, 400, INVALID_ARGUMENT",
    "REQUEST_MALFORMED, UNKNOWN_GRANT, unsupported_grant_type, 400, INVALID_ARGUMENT",
    "REQUEST_TOO_LARGE, CLIENT, invalid_request, 413, INVALID_ARGUMENT",
    "RESOURCE_UNKNOWN, CLIENT, invalid_target, 400, INVALID_ARGUMENT",
    "SCOPE_NOT_GRANTED, CLIENT, invalid_scope, 400, PERMISSION_DENIED",
    "NO_GRANT, CLIENT, unauthorized_client, 400, PERMISSION_DENIED",
    "GUARDRAIL, SUBJECT_TOKEN, unauthorized_client, 400, PERMISSION_DENIED",
    "CONDITION_ERROR, GRANT, unauthorized_client, 400, PERMISSION_DENIED",
    "BINDING_REQUIRED, CLIENT, invalid_request, 400, PERMISSION_DENIED",
    "CSR_KEY, CLIENT, invalid_request, 400, INVALID_ARGUMENT",
    "OVERLOADED, CLIENT, temporarily_unavailable, 503, RESOURCE_EXHAUSTED",
    "RATE_LIMITED, CLIENT, temporarily_unavailable, 429, RESOURCE_EXHAUSTED",
    "LEDGER_UNAVAILABLE, CLIENT, temporarily_unavailable, 503, UNAVAILABLE",
    "KEYS_UNAVAILABLE, GRANT, temporarily_unavailable, 503, UNAVAILABLE"
  })
  void theTableIsWhatUsersRelyOn(
      Reason reason, Presentation presentation, String code, int http, Status.Code grpc) {
    Errors.Told told = Errors.told(reason, presentation);
    assertThat(told.code()).isEqualTo(code);
    assertThat(told.httpStatus()).isEqualTo(http);
    assertThat(told.grpcStatus()).isEqualTo(grpc);
  }

  @Test
  void whyPolicySaidNoIsOneSentenceForAll() {
    assertThat(Errors.told(Reason.NO_GRANT, Presentation.CLIENT))
        .isEqualTo(Errors.told(Reason.GUARDRAIL, Presentation.CLIENT))
        .isEqualTo(Errors.told(Reason.CONDITION_FALSE, Presentation.CLIENT));
  }
}
