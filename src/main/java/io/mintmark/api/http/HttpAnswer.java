package io.mintmark.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Answer;
import io.mintmark.api.Presentation;
import io.mintmark.workload.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A whole HTTP answer. */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
  private static final String JSON = "application/json";
  private static final Set<Integer> TOO_LARGE = Set.of(413, 414, 431);
  private static final Map<String, String> CREDENTIAL =
      Map.of("Content-Type", JSON, "Cache-Control", "no-store", "Pragma", "no-cache");

  /** Written once: many are given when there is no time to write any. */
  static final HttpAnswer OVERLOADED = unrecorded(Reason.OVERLOADED);

  private static final HttpAnswer RATE_LIMITED = unrecorded(Reason.RATE_LIMITED);

  public HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** JSON that nobody may keep (RFC 6749 section 5.1). */
  public static HttpAnswer json(int status, ObjectNode body) {
    return new HttpAnswer(
        status, Map.of("Content-Type", JSON, "Cache-Control", "no-store"), Json.bytes(body));
  }

  /** A credential, which no cache of any age may keep (RFC 6749 section 5.1). */
  public static HttpAnswer credential(ObjectNode body) {
    return new HttpAnswer(200, CREDENTIAL, Json.bytes(body));
  }

  /** A refusal, as RFC 6749 section 5.2 has it, with its reason and decision id. */
  public static HttpAnswer declined(Answer.Declined declined) {
    if (declined.decisionId() == null && declined.reason() == Reason.OVERLOADED) {
      return OVERLOADED;
    }
    if (declined.decisionId() == null && declined.reason() == Reason.RATE_LIMITED) {
      return RATE_LIMITED;
    }
    return written(declined);
  }

  private static HttpAnswer unrecorded(Reason reason) {
    return written(Answer.Declined.of(reason, Presentation.CLIENT, null));
  }

  private static HttpAnswer written(Answer.Declined declined) {
    ObjectNode body =
        Json.newObject()
            .put("error", declined.told().code())
            .put("error_description", declined.told().sentence())
            .put("reason", declined.reason().word());
    if (declined.decisionId() != null) {
      body.put("decision_id", declined.decisionId());
    }
    HttpAnswer answer = json(declined.told().httpStatus(), body);
    var retryAfter = declined.told().retryAfter();
    return retryAfter == null
        ? answer
        : answer.with("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
  }

  /** A refusal of HTTP's own: no such path, method or media type. */
  public static HttpAnswer plain(int status, String sentence) {
    return json(
        status,
        Json.newObject()
            .put("error", "invalid_request")
            .put("error_description", sentence)
            .put("reason", TOO_LARGE.contains(status) ? "request-too-large" : "request-malformed"));
  }

  /** A bug of ours, without a word about it. */
  public static HttpAnswer broken() {
    return json(
        500,
        Json.newObject()
            .put("error", "server_error")
            .put("error_description", "the broker failed; its log says why"));
  }

  /** A refusal of what begins while the broker ends; another one, or the next, will answer. */
  static HttpAnswer stopping() {
    return json(
            503,
            Json.newObject()
                .put("error", "temporarily_unavailable")
                .put("error_description", "the broker is stopping")
                .put("reason", Reason.OVERLOADED.word()))
        .with("Retry-After", "1");
  }

  public HttpAnswer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new HttpAnswer(status, more, body);
  }
}
