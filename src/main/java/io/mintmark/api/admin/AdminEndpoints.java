package io.mintmark.api.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Admission;
import io.mintmark.api.Answer;
import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.api.http.Routes;
import io.mintmark.exchange.IdentityLimit;
import io.mintmark.exchange.Worlds;
import io.mintmark.workload.Reason;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Operators' calls. They are rare and may wait, so none of them runs on the event loop. No call is
 * answered before it is on the record, whether it was let in or not; one that is turned away for
 * load is not worth a record.
 */
public final class AdminEndpoints {
  private static final String JSON = "application/json";

  private final OperatorGate gate;
  private final Admission admission;
  private final IdentityLimit limit;
  private final Callers callers;
  private final Acts acts;
  private final ExplainEndpoint explain;
  private final KeysEndpoint keys;
  private final PolicyView policy;
  private final Executor waiting;

  /**
   * @param waiting runs calls that may wait; it must be bounded and may reject
   */
  public AdminEndpoints(
      OperatorGate gate,
      Admission admission,
      IdentityLimit limit,
      Worlds worlds,
      Callers callers,
      InstantSource clock,
      Acts acts,
      KeyAdmin keys,
      PolicyView policy,
      Executor waiting) {
    this.gate = gate;
    this.admission = admission;
    this.limit = limit;
    this.callers = callers;
    this.acts = acts;
    this.explain = new ExplainEndpoint(worlds, clock, acts);
    this.keys = new KeysEndpoint(keys, acts);
    this.policy = policy;
    this.waiting = waiting;
  }

  public Routes addTo(Routes routes) {
    return routes
        .post("/v1/explain", JSON, call -> operator(call, Act.Action.EXPLAIN, explain::answer))
        .get(
            "/v1/admin/keys",
            call -> operator(call, Act.Action.READ_KEYS, (body, caller, act) -> keys.list(act)))
        .post(
            "/v1/admin/keys",
            JSON,
            call ->
                operator(call, Act.Action.CHANGE_KEYS, (body, caller, act) -> keys.turn(body, act)))
        .get(
            "/v1/admin/policy",
            call -> operator(call, Act.Action.READ_POLICY, (body, caller, act) -> policy(act)));
  }

  /** What is done for a call that is let in; it sees to its record. */
  private interface Work {
    HttpAnswer answer(byte[] body, Caller caller, Act act) throws Unrecorded;
  }

  /** A call that is refused is charged like any proof: checking it costs as much. */
  private CompletionStage<HttpAnswer> operator(Call call, Act.Action action, Work work) {
    Caller caller;
    Refusal malformed = null;
    try {
      caller = call.caller(callers);
    } catch (Refusal refusal) {
      malformed = refusal;
      caller = new Caller(call.peer(), null, null);
    }
    Asked asked = new Asked(call, caller, malformed, action);
    Admission.Pass pass;
    try {
      pass = admission.enter(caller.source());
    } catch (Refusal refusal) {
      return CompletableFuture.completedFuture(declined(refusal.reason(), null));
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try (pass) {
              return answer(asked, pass, work);
            }
          },
          waiting);
    } catch (RejectedExecutionException full) {
      pass.close();
      return CompletableFuture.completedFuture(declined(Reason.OVERLOADED, null));
    }
  }

  private HttpAnswer answer(Asked asked, Admission.Pass pass, Work work) {
    Caller caller = asked.caller();
    Act act = acts.begin(asked.action(), caller.source(), caller.traceparent());
    Refusal malformed = asked.malformed();
    try {
      if (malformed != null) {
        pass.charge();
        acts.refused(act, malformed.reason(), malformed.detail());
        return declined(malformed.reason(), act);
      }
      return switch (gate.check(asked.call(), caller, asked.action().scope())) {
        case OperatorGate.Open(Act.Operator operator) -> {
          if (operator != null && !limit.admits(operator.id())) {
            acts.refused(act.by(operator), Reason.RATE_LIMITED, "this operator asks too often");
            yield declined(Reason.RATE_LIMITED, act);
          }
          yield work.answer(asked.call().body(), caller, act.by(operator));
        }
        case OperatorGate.Closed closed -> {
          pass.charge();
          acts.refused(act.by(closed.operator()), closed.reason(), closed.detail());
          yield closed.answer(act);
        }
      };
    } catch (Unrecorded unrecorded) {
      return declined(Reason.LEDGER_UNAVAILABLE, act);
    }
  }

  /**
   * @param malformed why it cannot be said who calls; null where it can
   */
  private record Asked(Call call, Caller caller, @Nullable Refusal malformed, Act.Action action) {}

  private static HttpAnswer declined(Reason reason, @Nullable Act act) {
    return HttpAnswer.declined(
        Answer.Declined.of(reason, Presentation.CLIENT, act == null ? null : act.decisionId()));
  }

  private HttpAnswer policy(Act act) throws Unrecorded {
    PolicyView.Now now = policy.get();
    ObjectNode body =
        Json.newObject().put("version", now.version()).put("since", now.since().toString());
    now.warnings().forEach(body.putArray("warnings")::add);
    now.errors().forEach(body.putArray("errors")::add);
    acts.done(act, "policy " + now.version() + " shown");
    return HttpAnswer.json(200, body);
  }
}
