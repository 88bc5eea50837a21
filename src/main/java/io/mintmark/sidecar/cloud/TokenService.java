package io.mintmark.sidecar.cloud;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** AWS's Security Token Service: a token for a session of a role. */
final class TokenService implements RoleSession.Service {
  /** The longest session that AWS gives. */
  static final Duration LONGEST = Duration.ofHours(12);

  /** Clocks differ. */
  private static final Duration LEEWAY = Duration.ofMinutes(5);

  private final RolePlan plan;
  private final HttpsPost post;

  TokenService(RolePlan plan, HttpsPost post) {
    this.plan = plan;
    this.post = post;
  }

  /** What an attempt led to. */
  sealed interface Outcome {
    record Assumed(RoleKeys keys) implements Outcome {}

    /**
     * @param reason as metrics have it
     * @param message one sentence without any secret
     */
    record NotAssumed(String reason, String message) implements Outcome {}
  }

  /** {@code AssumeRoleWithWebIdentity}; never completes exceptionally. */
  @Override
  public CompletionStage<Outcome> assume(String token, Instant now) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Action", "AssumeRoleWithWebIdentity");
    parameters.put("Version", "2011-06-15");
    parameters.put("RoleArn", plan.role().text());
    parameters.put("RoleSessionName", plan.sessionName());
    parameters.put("DurationSeconds", Long.toString(plan.lifetime().toSeconds()));
    parameters.put("WebIdentityToken", token);
    String form =
        parameters.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return post.send(form)
        .handle((answer, failure) -> failure == null ? read(answer, now) : failed(failure));
  }

  private Outcome read(HttpsPost.Answer answer, Instant now) {
    if (answer.status() / 100 == 3) {
      return new Outcome.NotAssumed(
          "sts-redirected", "the token service redirects elsewhere, which is not followed");
    }
    return switch (StsAnswer.parse(answer.status(), answer.body())) {
      case StsAnswer.Malformed(String why) ->
          new Outcome.NotAssumed("sts-malformed", "the token service is not understood: " + why);
      case StsAnswer.Refused(String code, String message) ->
          new Outcome.NotAssumed(
              code, "role \"%s\" is refused: %s: %s".formatted(plan.role(), code, message));
      case StsAnswer.Session(RoleKeys keys, String assumed) -> checked(keys, assumed, now);
    };
  }

  private Outcome checked(RoleKeys keys, String assumed, Instant now) {
    if (!assumed.isEmpty() && !assumed.equals(plan.role().assumed(plan.sessionName()))) {
      return new Outcome.NotAssumed(
          "sts-other-role", "the token service answered with a session of another role");
    }
    if (!now.isBefore(keys.expiresAt())) {
      return new Outcome.NotAssumed(
          "sts-expired", "the token service answered with a session that has expired");
    }
    if (keys.expiresAt().isAfter(now.plus(LONGEST).plus(LEEWAY))) {
      return new Outcome.NotAssumed(
          "sts-malformed", "the token service answered with a session longer than 12 h");
    }
    return new Outcome.Assumed(keys);
  }

  private static Outcome failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof HttpsPost.NoAnswer said
        ? new Outcome.NotAssumed("sts-unreachable", "the token service " + said.getMessage())
        : new Outcome.NotAssumed("sts-unreachable", "the token service cannot be called");
  }
}
