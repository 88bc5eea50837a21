package io.mintmark.api.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Caller;
import io.mintmark.api.Errors;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.api.oauth.JsonRequest;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Examination;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.policy.Explanation;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/explain}: takes what {@code /v1/exchange} takes (or {@code /v1/certificates}, by
 * its {@code csr}), strikes nothing, and tells operators of every rule what it made of it.
 */
final class ExplainEndpoint {
  private static final JsonMapper SNAKE =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Worlds worlds;
  private final InstantSource clock;
  private final Acts acts;

  ExplainEndpoint(Worlds worlds, InstantSource clock, Acts acts) {
    this.worlds = worlds;
    this.clock = clock;
    this.acts = acts;
  }

  /**
   * May wait for keys. The caller's certificate is the operator's own: it holds no part of the
   * request that is explained.
   */
  HttpAnswer answer(byte[] body, Caller caller, Act act) throws Unrecorded {
    Caller holdsNothing = new Caller(caller.source(), null, caller.traceparent());
    try {
      return explained(holdsNothing, JsonRequest.either(body, holdsNothing), act);
    } catch (Refusal refusal) {
      acts.refused(act, refusal.reason(), refusal.detail());
      Errors.Told told = Errors.told(refusal.reason(), refusal.presentation());
      return HttpAnswer.json(
          told.httpStatus(),
          Json.newObject()
              .put("error", told.code())
              .put(
                  "error_description",
                  refusal.reason() == Reason.EVIDENCE_CERTIFICATE
                      ? "a client certificate is not explained here: use mintmark policy explain"
                      : refusal.detail())
              .put("reason", refusal.reason().word())
              .put("decision_id", act.decisionId()));
    }
  }

  private HttpAnswer explained(Caller caller, Request request, Act act) throws Unrecorded {
    World world = worlds.current();
    Examination examination = world.attestor().examine(request.evidence(), clock.instant());
    return switch (examination.attestation()) {
      case Attestation.Refused(Reason reason, String detail, EvidenceSummary evidence) ->
          refused(world, reason, detail, evidence, act);
      case Attestation.Attested(AttestedWorkload workload) -> {
        Reason mismatch = request.expected().mismatch(workload);
        if (mismatch != null) {
          String detail = "the request names another kind of proof";
          yield refused(world, mismatch, detail, workload.evidence(), act);
        }
        Ask ask = request.ask(caller);
        Explanation explanation = world.policy().explain(workload, ask, clock.instant());
        acts.done(act, told(workload, explanation));
        yield HttpAnswer.json(200, json(explanation, examination));
      }
    };
  }

  private HttpAnswer refused(
      World world, Reason reason, String detail, EvidenceSummary evidence, Act act)
      throws Unrecorded {
    acts.done(act, "explained evidence " + evidence.sha256() + ": " + reason.word());
    return HttpAnswer.json(
        200,
        Json.newObject()
            .put("granted", false)
            .put("reason", reason.word())
            .put("detail", detail)
            .put("policy", world.policy().version())
            .put("text", "refused: " + reason.word() + "\n  " + detail + "\n"));
  }

  private static String told(AttestedWorkload workload, Explanation explanation) {
    Reason reason = explanation.reason();
    return "explained evidence %s of \"%s\": %s"
        .formatted(
            workload.evidence().sha256(),
            workload.id(),
            reason == null ? "granted" : reason.word());
  }

  /**
   * What the rules make of it; and whether the proof itself can still be used, which they ignore.
   */
  private static ObjectNode json(Explanation explanation, Examination examination) {
    Attestation.Refused spent = examination.spent();
    ObjectNode json =
        Json.newObject()
            .put("granted", explanation.granted())
            .put("reason", explanation.reason() == null ? null : explanation.reason().word())
            .put("detail", explanation.detail())
            .put("policy", explanation.policyVersion())
            .put("workload", explanation.workload())
            .put("evidence", explanation.evidence())
            .put("issuer", explanation.issuer())
            .put("credential", explanation.credential())
            .put("time", explanation.time().toString())
            .put("guardrail", explanation.guardrail())
            .put("other_grants", explanation.otherGrants())
            .put("single_use", examination.singleUse())
            .put("spent", spent == null ? null : spent.detail())
            .put("review", examination.review())
            .put(
                "text",
                explanation.text()
                    + review(examination.review())
                    + use(examination.singleUse(), spent));
    json.set("target", SNAKE.valueToTree(explanation.target()));
    json.set("scopes", SNAKE.valueToTree(explanation.scopes()));
    json.set("given", SNAKE.valueToTree(explanation.given()));
    json.set("guardrails", SNAKE.valueToTree(explanation.guardrails()));
    json.set("grants", SNAKE.valueToTree(explanation.grants()));
    return json;
  }

  private static String review(@Nullable String review) {
    return review == null ? "" : "review: " + review + "\n";
  }

  private static String use(boolean single, Attestation.@Nullable Refused spent) {
    if (spent != null) {
      return "an exchange would be refused all the same: "
          + spent.reason().word()
          + "\n  "
          + spent.detail()
          + "\n";
    }
    return single ? "the proof is for single use; this did not use it up\n" : "";
  }
}
