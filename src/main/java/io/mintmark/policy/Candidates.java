package io.mintmark.policy;

import io.mintmark.policy.Verdict.Refused;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A workload's grants of what is asked for.
 *
 * @param held whatever evidence they want
 * @param accepted those that accept the evidence shown
 */
record Candidates<I extends Issue>(List<GrantRule<I>> held, List<GrantRule<I>> accepted) {

  /** Grants that apply, or why none does. */
  record Chosen<I extends Issue>(List<GrantRule<I>> rules, @Nullable Refused refused) {}

  static <I extends Issue> Candidates<I> of(List<GrantRule<I>> held, EvidenceKind shown) {
    List<GrantRule<I>> accepted = new ArrayList<>(held.size());
    for (GrantRule<I> rule : held) {
      if (rule.evidence().contains(shown)) {
        accepted.add(rule);
      }
    }
    return new Candidates<>(held, accepted);
  }

  /** Why there is none; null where there is one. */
  @Nullable Refused objection(Facts facts, Ask ask) {
    if (held.isEmpty()) {
      return new Refused(
          Reason.NO_GRANT,
          "no grant of " + ask.wanted().kind() + " for workload \"" + facts.id() + "\"");
    }
    if (accepted.isEmpty()) {
      return new Refused(
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "evidence \"" + facts.kind() + "\" is not accepted by " + GrantRule.quoted(held));
    }
    return null;
  }

  /**
   * The grants that give something asked for and whose conditions hold; none where their conditions
   * are too many, before any of them is evaluated.
   *
   * @param nothing why, where none gives anything that is asked for
   */
  Chosen<I> choose(Predicate<I> gives, Question question, Reason nothing) {
    List<GrantRule<I>> giving = new ArrayList<>(accepted.size());
    Answers answers = new Answers(question);
    for (GrantRule<I> rule : accepted) {
      if (gives.test(rule.issue())) {
        Condition when = rule.when();
        String tooMuch = when == null ? null : answers.objection(when);
        if (tooMuch != null) {
          return new Chosen<>(List.of(), new Refused(Reason.CONDITION_ERROR, tooMuch));
        }
        giving.add(rule);
      }
    }
    List<GrantRule<I>> chosen = new ArrayList<>(giving.size());
    Refused no = null;
    Refused failed = null;
    for (GrantRule<I> rule : giving) {
      Condition when = rule.when();
      switch (when == null ? null : answers.to(when)) {
        case null -> chosen.add(rule);
        case Condition.Answer.Yes ignored -> chosen.add(rule);
        case Condition.Answer.No ignored ->
            no = condition(rule, Reason.CONDITION_FALSE, "is false");
        case Condition.Answer.Failed(String why) ->
            failed = condition(rule, Reason.CONDITION_ERROR, why);
      }
    }
    if (!chosen.isEmpty()) {
      return new Chosen<>(chosen, null);
    }
    if (failed != null || no != null) {
      return new Chosen<>(chosen, failed != null ? failed : no);
    }
    return new Chosen<>(
        chosen,
        new Refused(
            nothing, "nothing that is asked for is given by " + GrantRule.quoted(accepted)));
  }

  private static Refused condition(GrantRule<?> rule, Reason reason, String how) {
    return new Refused(reason, "condition of grant \"" + rule.name() + "\" " + how);
  }
}
