package io.mintmark.api.admin;

import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Json;
import io.mintmark.workload.Reason;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets operators in: with a token that this very broker minted for its own admin resource, so that
 * its policy governs it too. With {@code --dev} the loopback address is enough, and then the names
 * that a browser was sent to are checked, because any page in it can reach a loopback address (DNS
 * rebinding).
 */
public final class OperatorGate {
  private static final Set<String> LOOPBACK_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "[::1]");
  private static final String BEARER = "bearer ";

  private final boolean dev;
  private final Callers callers;
  private final OperatorTokens tokens;

  public OperatorGate(boolean dev, Callers callers, OperatorTokens tokens) {
    this.dev = dev;
    this.callers = callers;
    this.tokens = tokens;
  }

  /** The answer to a caller who may not do this; null where he may. */
  @Nullable HttpAnswer refusal(Call call, String scope) {
    if (dev) {
      return fromHere(call)
          ? null
          : refused(403, "access_denied", Reason.REQUEST_MALFORMED, "--dev serves loopback only");
    }
    Caller caller;
    try {
      caller = call.caller(callers);
    } catch (Refusal malformed) {
      return refused(400, "invalid_request", malformed.reason(), "the request is malformed");
    }
    String header = call.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return refused(
              401,
              "invalid_token",
              Reason.EVIDENCE_KIND_NOT_ACCEPTED,
              "an operator's token is needed")
          .with("WWW-Authenticate", "Bearer");
    }
    return switch (tokens.check(header.substring(BEARER.length()).strip(), caller)) {
      case OperatorTokens.Invalid invalid ->
          refused(401, "invalid_token", invalid.reason(), "the operator's token does not hold")
              .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      case OperatorTokens.Operator operator ->
          operator.scopes().contains(scope)
              ? null
              : refused(
                      403,
                      "insufficient_scope",
                      Reason.SCOPE_NOT_GRANTED,
                      "the operator's token lacks scope " + scope)
                  .with(
                      "WWW-Authenticate",
                      "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
    };
  }

  private static boolean fromHere(Call call) {
    return call.peer().isLoopbackAddress()
        && isLoopbackName(call.authority())
        && call.headers("Origin").stream().allMatch(OperatorGate::isLoopbackOrigin)
        && call.headers("X-Forwarded-For").isEmpty()
        && call.headers("Forwarded").isEmpty();
  }

  private static boolean isLoopbackName(@Nullable String authority) {
    if (authority == null) {
      return false;
    }
    int colon = authority.lastIndexOf(':');
    boolean port =
        (colon > authority.lastIndexOf(']') && authority.indexOf(':') == colon)
            || (authority.startsWith("[") && colon > authority.lastIndexOf(']'));
    return LOOPBACK_NAMES.contains(port ? authority.substring(0, colon) : authority);
  }

  private static boolean isLoopbackOrigin(String origin) {
    try {
      return isLoopbackName(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private static HttpAnswer refused(int status, String code, Reason reason, String sentence) {
    return HttpAnswer.json(
        status,
        Json.newObject()
            .put("error", code)
            .put("error_description", sentence)
            .put("reason", reason.word()));
  }
}
