package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.policy.RandomPolicy.Guardrail;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PolicyPropertyTest {
  private static final int REQUESTS = 60;

  @RepeatedTest(25)
  void decisionsAreThoseOfANaiveEvaluation(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    RandomPolicy random = new RandomPolicy(seed, 25, 4);
    Policy policy = Given.policy(random.documents());
    for (int i = 0; i < REQUESTS; i++) {
      AttestedWorkload workload = random.workload();
      Ask ask = random.ask();
      assertThat(RandomPolicy.decided(policy.decide(workload, ask, Given.NOW)))
          .as("seed %d, %s, %s", seed, workload, ask)
          .isEqualTo(random.naive(workload, ask));
    }
  }

  @RepeatedTest(15)
  void nothingIsEverWiderThanAskedForOrGranted(RepetitionInfo repetition) {
    long seed = 1_000L + repetition.getCurrentRepetition();
    RandomPolicy random = new RandomPolicy(seed, 30, 3);
    Policy policy = Given.policy(random.documents());
    for (int i = 0; i < REQUESTS; i++) {
      AttestedWorkload workload = random.workload();
      Ask ask = random.ask();
      if (policy.decide(workload, ask, Given.NOW) instanceof Decision.Grant grant) {
        Decision.AccessToken terms = (Decision.AccessToken) grant.terms();
        Ask.AccessToken wanted = (Ask.AccessToken) ask.wanted();
        assertThat(terms.audience()).as("seed %d", seed).isEqualTo(wanted.target());
        if (!wanted.scopes().isEmpty()) {
          assertThat(terms.scopes()).as("seed %d", seed).isEqualTo(wanted.scopes());
        }
        List<RandomPolicy.Grant> named =
            random.grants.stream().filter(g -> grant.grants().contains(g.name())).toList();
        Set<String> given =
            named.stream().flatMap(g -> g.scopes().stream()).collect(Collectors.toSet());
        assertThat(terms.scopes()).extracting(Scope::value).as("seed %d", seed).isSubsetOf(given);
        Duration life = Duration.between(Given.NOW, grant.expiresAt());
        assertThat(life).as("seed %d", seed).isPositive();
        assertThat(grant.expiresAt()).as("seed %d", seed).isBeforeOrEqualTo(workload.expiresAt());
        assertThat(named)
            .as("seed %d", seed)
            .isNotEmpty()
            .allMatch(g -> life.toSeconds() <= g.seconds())
            .allMatch(g -> life.toSeconds() <= g.resource().maxSeconds());
      }
    }
  }

  @RepeatedTest(15)
  void anotherGuardrailNeverWidens(RepetitionInfo repetition) {
    long seed = 2_000L + repetition.getCurrentRepetition();
    RandomPolicy random = new RandomPolicy(seed, 30, 3);
    Policy before = Given.policy(random.documents());
    Policy after =
        Given.policy(
            random.documents(), RandomPolicy.document(new Guardrail("more", null, "prod")));
    for (int i = 0; i < REQUESTS; i++) {
      AttestedWorkload workload = random.workload();
      Ask ask = random.ask();
      if (after.decide(workload, ask, Given.NOW) instanceof Decision.Grant grant) {
        assertThat(RandomPolicy.decided(before.decide(workload, ask, Given.NOW)))
            .as("seed %d", seed)
            .isEqualTo(RandomPolicy.decided(grant));
      }
    }
  }

  @RepeatedTest(10)
  void withoutGrantsNothingIsGranted(RepetitionInfo repetition) {
    long seed = 3_000L + repetition.getCurrentRepetition();
    RandomPolicy random = new RandomPolicy(seed, 0, 3);
    Policy policy = Given.policy(random.documents());
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(policy.decide(random.workload(), random.ask(), Given.NOW))
          .as("seed %d", seed)
          .isInstanceOf(Decision.Denial.class);
    }
  }

  @RepeatedTest(15)
  void explanationsAgreeWithDecisions(RepetitionInfo repetition) {
    long seed = 4_000L + repetition.getCurrentRepetition();
    RandomPolicy random = new RandomPolicy(seed, 25, 3);
    Policy policy = Given.policy(random.documents());
    for (int i = 0; i < REQUESTS; i++) {
      AttestedWorkload workload = random.workload();
      Ask ask = random.ask();
      Explanation explanation = policy.explain(workload, ask, Given.NOW);
      Set<String> applying =
          explanation.grants().stream()
              .filter(Explanation.Rule::applies)
              .map(Explanation.Rule::name)
              .collect(Collectors.toSet());
      boolean guarded = explanation.guardrails().stream().anyMatch(Explanation.Rule::applies);
      assertThat(explanation.grants()).hasSize(25);
      assertThat(explanation.grants())
          .filteredOn(rule -> !rule.applies())
          .as("every grant that does not apply says which clause failed")
          .allMatch(rule -> rule.clauses().stream().anyMatch(clause -> !clause.holds()));
      assertThat(explanation.wholeText())
          .contains(explanation.grants().stream().map(Explanation.Rule::name).toList());
      assertThat(explanation.text().lines()).allMatch(line -> line.length() <= 80);
      switch (policy.decide(workload, ask, Given.NOW)) {
        case Decision.Grant grant -> {
          assertThat(explanation.granted()).as("seed %d", seed).isTrue();
          assertThat(applying)
              .as("seed %d", seed)
              .containsExactlyInAnyOrderElementsOf(grant.grants());
          assertThat(guarded).as("seed %d", seed).isFalse();
        }
        case Decision.Denial denial -> {
          assertThat(explanation.reason()).as("seed %d", seed).isEqualTo(denial.reason());
          assertThat(explanation.detail()).as("seed %d", seed).isEqualTo(denial.detail());
          switch (denial.reason()) {
            case GUARDRAIL -> assertThat(guarded).as("seed %d", seed).isTrue();
            case NO_GRANT, CONDITION_FALSE, CONDITION_ERROR, EVIDENCE_KIND_NOT_ACCEPTED ->
                assertThat(applying).as("seed %d", seed).isEmpty();
            default ->
                assertThat(denial.reason())
                    .isIn(EnumSet.of(Reason.SCOPE_NOT_GRANTED, Reason.BINDING_REQUIRED));
          }
        }
      }
    }
  }

  /** The tree must decide as one grant after the other does. */
  @Test
  void tenThousandGrantsDecideAsANaiveEvaluationDoes() {
    long seed = 5_000;
    RandomPolicy random = new RandomPolicy(seed, 10_000, 60);
    Policy policy = Given.large(random.documents());
    for (int i = 0; i < 500; i++) {
      AttestedWorkload workload = random.workload();
      Ask ask = random.ask();
      assertThat(RandomPolicy.decided(policy.decide(workload, ask, Given.NOW)))
          .as("seed %d, %s, %s", seed, workload, ask)
          .isEqualTo(random.naive(workload, ask));
    }
  }
}
