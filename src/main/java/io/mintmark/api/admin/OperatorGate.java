package io.mintmark.api.admin;

import io.mintmark.api.Caller;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.workload.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets operators in: with a token that this very broker minted for its own admin resource, so that
 * its policy governs it too. With {@code --dev} it is enough to be a program of this host.
 */
public final class OperatorGate {
  private static final String BEARER = "bearer ";

  private final boolean dev;
  private final OperatorTokens tokens;

  public OperatorGate(boolean dev, OperatorTokens tokens) {
    this.dev = dev;
    this.tokens = tokens;
  }

  /** What the gate says to a call. */
  sealed interface Passage {}

  /**
   * It is let in.
   *
   * @param operator null with {@code --dev}, which asks for none
   */
  record Open(Act.@Nullable Operator operator) implements Passage {}

  /**
   * It is not.
   *
   * @param operator null where no token held
   * @param detail for the record
   * @param challenge the {@code WWW-Authenticate} header (RFC 6750 section 3); null where no token
   *     would help
   */
  record Closed(
      int status,
      String code,
      Reason reason,
      String sentence,
      Act.@Nullable Operator operator,
      String detail,
      @Nullable String challenge)
      implements Passage {

    HttpAnswer answer(Act act) {
      HttpAnswer answer =
          HttpAnswer.json(
              status,
              Json.newObject()
                  .put("error", code)
                  .put("error_description", sentence)
                  .put("reason", reason.word())
                  .put("decision_id", act.decisionId()));
      return challenge == null ? answer : answer.with("WWW-Authenticate", challenge);
    }
  }

  Passage check(Call call, Caller caller, String scope) {
    if (dev) {
      String foreign = OwnHost.foreign(call.peer(), call.authority(), call::headers);
      return foreign == null ? new Open(null) : notFromHere(foreign);
    }
    String header = call.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return noToken();
    }
    return switch (tokens.check(header.substring(BEARER.length()).strip(), caller)) {
      case OperatorTokens.Invalid(Reason reason) -> badToken(reason);
      case OperatorTokens.Holds(Act.Operator operator, Set<String> scopes) ->
          scopes.contains(scope) ? new Open(operator) : tooNarrow(operator, scope);
    };
  }

  private static Closed notFromHere(String detail) {
    return new Closed(
        403,
        "access_denied",
        Reason.REQUEST_MALFORMED,
        "--dev serves loopback only",
        null,
        detail,
        null);
  }

  private static Closed noToken() {
    String sentence = "an operator's token is needed";
    return new Closed(
        401,
        "invalid_token",
        Reason.EVIDENCE_KIND_NOT_ACCEPTED,
        sentence,
        null,
        sentence,
        "Bearer");
  }

  private static Closed badToken(Reason reason) {
    String sentence = "the operator's token does not hold";
    return new Closed(
        401, "invalid_token", reason, sentence, null, sentence, "Bearer error=\"invalid_token\"");
  }

  private static Closed tooNarrow(Act.Operator operator, String scope) {
    String sentence = "the operator's token lacks scope " + scope;
    return new Closed(
        403,
        "insufficient_scope",
        Reason.SCOPE_NOT_GRANTED,
        sentence,
        operator,
        sentence,
        "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
  }
}
