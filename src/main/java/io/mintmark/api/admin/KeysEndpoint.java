package io.mintmark.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.workload.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** {@code /v1/admin/keys}: the key ring, seen and turned. */
final class KeysEndpoint {
  private static final Logger LOG = Logger.getLogger(KeysEndpoint.class);
  private static final Set<String> ACTIONS = Set.of("prepare", "activate", "retire");
  private static final Set<String> USES = Set.of("access-token", "jwt-svid", "x509-authority");

  private final KeyAdmin keys;
  private final Acts acts;

  KeysEndpoint(KeyAdmin keys, Acts acts) {
    this.keys = keys;
    this.acts = acts;
  }

  HttpAnswer list(Act act) throws Unrecorded {
    ObjectNode body = Json.newObject();
    ArrayNode list = body.putArray("keys");
    List<KeyAdmin.Line> lines = keys.keys();
    lines.forEach(key -> list.add(json(key)));
    acts.done(act, lines.size() + " keys listed");
    return HttpAnswer.json(200, body);
  }

  HttpAnswer turn(byte[] body, Act act) throws Unrecorded {
    KeyAdmin.Command command;
    try {
      command = command(Json.read(body));
    } catch (Refusal malformed) {
      acts.refused(act, malformed.reason(), malformed.detail());
      return refused(400, act, malformed.detail());
    }
    try {
      return switch (keys.run(command, act)) {
        case KeyAdmin.Done(KeyAdmin.Line key) -> HttpAnswer.json(200, json(key));
        case KeyAdmin.Refused(String message) -> {
          acts.refused(act, Reason.REQUEST_MALFORMED, message);
          yield refused(409, act, message);
        }
      };
    } catch (Unrecorded unrecorded) {
      throw unrecorded;
    } catch (IOException failed) {
      LOG.error("an operator's command on the keys failed", failed);
      return HttpAnswer.plain(503, "the key store cannot be written").with("Retry-After", "5");
    }
  }

  private static HttpAnswer refused(int status, Act act, String sentence) {
    return HttpAnswer.json(
        status,
        Json.newObject()
            .put("error", "invalid_request")
            .put("error_description", sentence)
            .put("reason", Reason.REQUEST_MALFORMED.word())
            .put("decision_id", act.decisionId()));
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
    if (!USES.contains(use)) {
      throw Refusal.malformed("\"use\" is access-token, jwt-svid or x509-authority");
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
}
