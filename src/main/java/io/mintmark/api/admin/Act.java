package io.mintmark.api.admin;

import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One operators' call, as its record has it.
 *
 * @param decisionId names the call in its answer and its record
 * @param operator null where no operator is known: a token did not hold, or {@code --dev} asks for
 *     none
 * @param traceparent the W3C trace context of the request; null where there was none
 */
public record Act(
    String decisionId,
    Action action,
    @Nullable Operator operator,
    InetAddress source,
    @Nullable String traceparent) {

  /** What operators may do, and the scope that it takes. */
  public enum Action {
    EXPLAIN("explain", "admin:read"),
    READ_KEYS("keys-read", "admin:read"),
    CHANGE_KEYS("keys-change", "admin:write"),
    READ_POLICY("policy-read", "admin:read");

    private final String word;
    private final String scope;

    Action(String word, String scope) {
      this.word = word;
      this.scope = scope;
    }

    public String word() {
      return word;
    }

    String scope() {
      return scope;
    }
  }

  /**
   * Whose token held.
   *
   * @param token the {@code jti} of the token
   */
  public record Operator(WorkloadId id, @Nullable String token) {}

  Act by(@Nullable Operator known) {
    return new Act(decisionId, action, known, source, traceparent);
  }
}
