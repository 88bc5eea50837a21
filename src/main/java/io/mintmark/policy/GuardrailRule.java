package io.mintmark.policy;

import io.mintmark.policy.Verdict.Refused;
import io.mintmark.workload.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A guardrail.
 *
 * @param workload null for every workload
 * @param resource the name of the only resource it is for; null for every request
 * @param needsResource whether it has a meaning only where a resource is asked for
 * @param needsAudience whether it has a meaning only where one audience is asked for
 */
record GuardrailRule(
    String name,
    String owner,
    @Nullable WorkloadPattern workload,
    @Nullable String resource,
    Condition deny,
    @Nullable String message,
    boolean needsResource,
    boolean needsAudience) {
  GuardrailRule(
      String name,
      String owner,
      @Nullable WorkloadPattern workload,
      @Nullable String resource,
      Condition deny,
      @Nullable String message) {
    this(
        name,
        owner,
        workload,
        resource,
        deny,
        message,
        resource != null || deny.namesResource(),
        deny.namesAudience());
  }

  /** The refusal of the first by name, so that the same request always meets the same one. */
  static @Nullable Refused first(List<GuardrailRule> rules, Question question) {
    Refused first = null;
    for (GuardrailRule rule : rules) {
      if (question.concerns(rule)
          && (first == null || rule.name.compareTo(String.valueOf(first.guardrail())) < 0)) {
        Refused refused = rule.refusal(question);
        first = refused == null ? first : refused;
      }
    }
    return first;
  }

  private @Nullable Refused refusal(Question question) {
    return switch (deny.ask(question)) {
      case Condition.Answer.No ignored -> null;
      case Condition.Answer.Yes ignored -> refused(message);
      case Condition.Answer.Failed(String why) -> refused(why);
    };
  }

  private Refused refused(@Nullable String why) {
    String detail = "guardrail \"" + name + "\"" + (why == null ? "" : ": " + why);
    return new Refused(Reason.GUARDRAIL, detail, name);
  }
}
