package io.mintmark.api.oauth;

import io.mintmark.api.Answer;
import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Routes;
import java.util.concurrent.CompletionStage;

/**
 * The three ways to a credential over HTTP: the token endpoint, its twin in JSON, and certificates.
 * They differ only in how a request is read.
 */
public final class CredentialEndpoints {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  private final Intake intake;
  private final Callers callers;

  public CredentialEndpoints(Intake intake, Callers callers) {
    this.intake = intake;
    this.callers = callers;
  }

  public Routes addTo(Routes routes) {
    return routes
        .post(
            "/oauth2/token",
            FORM,
            call ->
                answer(
                    call,
                    caller ->
                        TokenForm.parse(
                            call.body(), caller, !call.headers("Authorization").isEmpty())))
        .post(
            "/v1/exchange",
            JSON,
            call -> answer(call, caller -> JsonRequest.exchange(call.body(), caller)))
        .post(
            "/v1/certificates",
            JSON,
            call -> answer(call, caller -> JsonRequest.certificate(call.body(), caller)));
  }

  private CompletionStage<HttpAnswer> answer(Call call, Reader reader) {
    Caller caller;
    try {
      caller = call.caller(callers);
    } catch (Refusal refusal) {
      return refused(new Caller(call.peer(), null, null), refusal);
    }
    return intake
        .exchange(caller, () -> reader.read(caller))
        .thenApply(CredentialEndpoints::written);
  }

  private CompletionStage<HttpAnswer> refused(Caller caller, Refusal refusal) {
    return intake.refuse(caller, refusal).thenApply(CredentialEndpoints::written);
  }

  private static HttpAnswer written(Answer answer) {
    return switch (answer) {
      case Answer.Struck struck -> Struck.answer(struck);
      case Answer.Declined declined -> HttpAnswer.declined(declined);
    };
  }

  private interface Reader {
    Request read(Caller caller) throws Refusal;
  }
}
