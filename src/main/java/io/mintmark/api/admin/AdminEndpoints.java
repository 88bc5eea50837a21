package io.mintmark.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Admission;
import io.mintmark.api.Answer;
import io.mintmark.api.Callers;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.api.http.Routes;
import io.mintmark.exchange.Worlds;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/** Operators' calls. They are rare and may wait, so none of them runs on the event loop. */
public final class AdminEndpoints {
  private static final Logger LOG = Logger.getLogger(AdminEndpoints.class);
  private static final String JSON = "application/json";
  private static final String READ = "admin:read";
  private static final String WRITE = "admin:write";
  private static final Set<String> ACTIONS = Set.of("prepare", "activate", "retire");

  private final OperatorGate gate;
  private final Admission admission;
  private final Callers callers;
  private final ExplainEndpoint explain;
  private final KeyAdmin keys;
  private final PolicyView policy;
  private final Executor waiting;

  /**
   * @param waiting runs calls that may wait; it must be bounded and may reject
   */
  public AdminEndpoints(
      OperatorGate gate,
      Admission admission,
      Worlds worlds,
      Callers callers,
      InstantSource clock,
      KeyAdmin keys,
      PolicyView policy,
      Executor waiting) {
    this.gate = gate;
    this.admission = admission;
    this.callers = callers;
    this.explain = new ExplainEndpoint(worlds, callers, clock);
    this.keys = keys;
    this.policy = policy;
    this.waiting = waiting;
  }

  public Routes addTo(Routes routes) {
    return routes
        .post("/v1/explain", JSON, call -> operator(call, READ, explain::answer))
        .get("/v1/admin/keys", call -> operator(call, READ, this::keys))
        .post("/v1/admin/keys", JSON, call -> operator(call, WRITE, this::turn))
        .get("/v1/admin/policy", call -> operator(call, READ, this::policy));
  }

  private interface Work {
    HttpAnswer answer(Call call);
  }

  /** A token that does not hold is charged like any proof: checking it costs as much. */
  private CompletionStage<HttpAnswer> operator(Call call, String scope, Work work) {
    Admission.Pass pass;
    try {
      pass = admission.enter(call.caller(callers).source());
    } catch (Refusal refusal) {
      return CompletableFuture.completedFuture(
          HttpAnswer.declined(Answer.Declined.of(refusal.reason(), refusal.presentation(), null)));
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try (pass) {
              HttpAnswer refusal = gate.refusal(call, scope);
              if (refusal == null) {
                return work.answer(call);
              }
              pass.charge();
              return refusal;
            }
          },
          waiting);
    } catch (RejectedExecutionException full) {
      pass.close();
      return CompletableFuture.completedFuture(
          HttpAnswer.plain(503, "too many operators' calls at once").with("Retry-After", "1"));
    }
  }

  private HttpAnswer keys(Call call) {
    ObjectNode body = Json.newObject();
    ArrayNode list = body.putArray("keys");
    keys.keys().forEach(key -> list.add(json(key)));
    return HttpAnswer.json(200, body);
  }

  private HttpAnswer turn(Call call) {
    try {
      KeyAdmin.Command command = command(Json.read(call.body()));
      return switch (keys.run(command)) {
        case KeyAdmin.Done done -> HttpAnswer.json(200, json(done.key()));
        case KeyAdmin.Refused refused ->
            HttpAnswer.json(
                409,
                Json.newObject()
                    .put("error", "invalid_request")
                    .put("error_description", refused.message())
                    .put("reason", "request-malformed"));
      };
    } catch (Refusal malformed) {
      return HttpAnswer.plain(400, malformed.detail());
    } catch (IOException failed) {
      LOG.error("an operator's command on the keys failed", failed);
      return HttpAnswer.plain(503, "the key store cannot be written").with("Retry-After", "5");
    }
  }

  private static KeyAdmin.Command command(JsonNode body) throws Refusal {
    Json.only(body, "the request", Set.of("action", "use", "id", "algorithm", "force"));
    String action = Json.text(body, "action");
    String use = Json.text(body, "use");
    String id = Json.text(body, "id");
    String algorithm = Json.text(body, "algorithm");
    JsonNode force = body.path("force");
    if (action == null || use == null || !ACTIONS.contains(action)) {
      throw Refusal.malformed("\"action\" is prepare, activate or retire, and \"use\" is needed");
    }
    if (action.equals("prepare") ? algorithm == null || id != null : id == null) {
      throw Refusal.malformed("prepare needs \"algorithm\", activate and retire need \"id\"");
    }
    if (!force.isMissingNode() && !force.isBoolean()) {
      throw Refusal.malformed("\"force\" is not true or false");
    }
    return new KeyAdmin.Command(action, use, id, algorithm, force.booleanValue());
  }

  private static ObjectNode json(KeyAdmin.Line key) {
    ObjectNode json =
        Json.newObject()
            .put("use", key.use())
            .put("id", key.id())
            .put("algorithm", key.algorithm())
            .put("state", key.state())
            .put("not_before", key.notBefore().toString())
            .put("age_seconds", key.ageSeconds());
    if (key.notAfter() != null) {
      json.put("not_after", key.notAfter().toString());
    }
    return json;
  }

  private HttpAnswer policy(Call call) {
    PolicyView.Now now = policy.get();
    ObjectNode body =
        Json.newObject().put("version", now.version()).put("since", now.since().toString());
    now.warnings().forEach(body.putArray("warnings")::add);
    now.errors().forEach(body.putArray("errors")::add);
    return HttpAnswer.json(200, body);
  }
}
