package io.mintmark.policy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What conditions of grants answer to one question: each text is asked once, and all together
 * within limits, since decisions are made where everybody else waits. Guardrails are the platform's
 * and count for nothing here: no number of grants keeps one from being asked.
 */
final class Answers {
  /** Different conditions. */
  static final int MAX_CONDITIONS = 256;

  /** Nodes of all of them together, those in loops as often as they are met. */
  static final int MAX_STEPS = 100_000;

  private final Question question;
  private final Map<String, Condition> admitted = new HashMap<>();
  private final Map<String, Condition.Answer> known = new HashMap<>();
  private long steps;

  Answers(Question question) {
    this.question = question;
  }

  /** Why this one is too much beside those admitted before; null where it is not. */
  @Nullable String objection(Condition condition) {
    if (admitted.containsKey(condition.source())) {
      return null;
    }
    if (admitted.size() == MAX_CONDITIONS) {
      return "more than " + MAX_CONDITIONS + " different conditions of grants would be evaluated";
    }
    if (steps + condition.steps() > MAX_STEPS) {
      return "conditions of grants would take more than " + MAX_STEPS + " steps";
    }
    steps += condition.steps();
    admitted.put(condition.source(), condition);
    return null;
  }

  /** The answer of one that was admitted. */
  Condition.Answer to(Condition condition) {
    return known.computeIfAbsent(condition.source(), first -> condition.ask(question));
  }
}
