package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.WorkloadId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the benchmark of deciding measures is what it says. */
final class PolicyOfSizeTest {
  private static final PolicyOfSize SIZE = new PolicyOfSize(60, 100, 30);

  @Test
  void everyWorkloadWithAGrantIsGiven() {
    Policy policy = SIZE.compiled();
    for (boolean guarded : List.of(true, false)) {
      for (AttestedWorkload workload : SIZE.granted(guarded)) {
        assertThat(policy.decide(workload, PolicyOfSize.ask(), PolicyOfSize.NOW))
            .isInstanceOf(Decision.Grant.class);
      }
    }
  }

  /** With a list to go through, the guardrails of all teams would be asked. */
  @Test
  void onlyTheGuardrailsThatAWorkloadMatchesAreAsked() {
    Rules rules = SIZE.compiled().rules();
    for (AttestedWorkload guarded : SIZE.granted(true)) {
      assertThat(asked(rules, guarded.id())).hasSize(PolicyOfSize.OF_TEAM);
    }
    for (AttestedWorkload open : SIZE.granted(false)) {
      assertThat(asked(rules, open.id())).isEmpty();
    }
  }

  @Test
  void onlyTheGrantsOfAWorkloadAreLookedAt() {
    Rules rules = SIZE.compiled().rules();
    ResourceTerms ledger = ledger(rules);
    assertThat(rules.grants()).hasSize(60);
    for (AttestedWorkload workload : SIZE.granted(true)) {
      assertThat(rules.tokens(ledger, workload.id())).hasSize(1);
    }
  }

  private static List<GuardrailRule> asked(Rules rules, WorkloadId id) {
    return rules.guardrails(id, ledger(rules));
  }

  private static ResourceTerms ledger(Rules rules) {
    ResourceTerms ledger = rules.resource("https://ledger.example.org");
    assertThat(ledger).isNotNull();
    return ledger;
  }
}
