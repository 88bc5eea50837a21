package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.jwtSvid;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Reason;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may write grants does not stop the broker by what a decision of them takes. */
final class AnswersTest {
  private static final String TEN = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";

  @Test
  void tenThousandGrantsOfOneConditionEvaluateItOnce() {
    Policy policy = Given.large(granted(10_000, n -> "!(" + loops("orders") + ")"));
    assertThat(policy.decide(attested(ORDERS), token(LEDGER), NOW))
        .isInstanceOf(Decision.Grant.class);
  }

  @Test
  void aDecisionOfTooManyConditionsIsRefused() {
    Policy most = Given.large(granted(256, n -> "workload.id != \"" + n + "\""));
    assertThat(most.decide(attested(ORDERS), token(LEDGER), NOW))
        .isInstanceOf(Decision.Grant.class);
    Policy over = Given.large(granted(257, n -> "workload.id != \"" + n + "\""));
    String why = "more than 256 different conditions of grants would be evaluated";
    refused(over, token(LEDGER), Reason.CONDITION_ERROR, why);
    Explanation explained = over.explain(attested(ORDERS), token(LEDGER), NOW);
    assertThat(explained.detail()).isEqualTo(why);
    assertThat(explained.grants())
        .filteredOn(rule -> rule.clauses().getLast().detail().equals(why))
        .hasSize(1);
    // those of something else are not counted
    Policy beside =
        Given.large(
            granted(257, n -> "workload.id != \"" + n + "\"")
                + grant(
                    "j",
                    ORDERS,
                    "jwtSvid: {id: 'spiffe://broker.example.org/j', audiences: [a]}",
                    ""));
    assertThat(beside.decide(attested(ORDERS), jwtSvid("a"), NOW))
        .isInstanceOf(Decision.Grant.class);
  }

  @Test
  void aDecisionWhoseLoopsTakeTooLongIsRefused() {
    Policy loops = Given.large(granted(20, n -> loops("orders-" + n)));
    refused(
        loops,
        token(LEDGER),
        Reason.CONDITION_ERROR,
        "conditions of grants would take more than 100000 steps");
    Policy honest =
        Given.large(
            granted(
                100, n -> "request.scopes.all(s, s == \"read\") && workload.id != \"" + n + "\""));
    assertThat(honest.decide(attested(ORDERS), token(LEDGER, "read"), NOW))
        .isInstanceOf(Decision.Grant.class);
  }

  @Test
  void whatIsWrittenInAMapOrAListIsCounted() throws DocumentErrors {
    assertThat(steps("{}.size() == 0")).isEqualTo(4);
    assertThat(steps("{1: 2, 3: workload.id}.size() == 0")).isEqualTo(9);
    assertThat(steps("[].size() == 0")).isEqualTo(4);
    assertThat(steps("[1, 2].size() == 0")).isEqualTo(6);
  }

  private static int steps(String condition) throws DocumentErrors {
    Document document =
        Documents.parse("p.yaml", guardrail("g", "'" + condition + "'", ""))
            .load()
            .documents()
            .getFirst();
    return new ConditionCompiler()
        .compile(
            document,
            "/spec/deny",
            problem -> {
              throw new AssertionError(problem.toString());
            })
        .orElseThrow()
        .steps();
  }

  @Test
  void noNumberOfGrantsKeepsAGuardrailFromBeingAsked() {
    String many = granted(257, n -> "workload.id != \"" + n + "\"");
    refused(
        Given.large(many + guardrail("never", "workload.path != \"\"", "")),
        token(LEDGER),
        Reason.GUARDRAIL,
        "guardrail \"never\"");
    String rails =
        IntStream.range(0, 300)
            .mapToObj(n -> guardrail("g" + n, "workload.id == \"" + n + "\"", ""))
            .collect(Collectors.joining());
    String one = granted(1, n -> "workload.path != \"\"");
    assertThat(Given.large(rails + one).decide(attested(ORDERS), token(LEDGER), NOW))
        .isInstanceOf(Decision.Grant.class);
  }

  private static void refused(Policy policy, Ask ask, Reason reason, String why) {
    assertThat(policy.decide(attested(ORDERS), ask, NOW))
        .isInstanceOfSatisfying(
            Decision.Denial.class,
            denial -> {
              assertThat(denial.reason()).isEqualTo(reason);
              assertThat(denial.detail()).isEqualTo(why);
            });
  }

  /** 999 steps, each of a nested loop. */
  private static String loops(String name) {
    return "![1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, %s.all(b, %s.all(c, workload.id.contains(\"%s\"))))"
        .formatted(TEN, TEN, name);
  }

  private static String granted(int number, IntFunction<String> when) {
    return resource("ledger", "")
        + IntStream.range(0, number)
            .mapToObj(
                n ->
                    grant(
                        "g" + n,
                        ORDERS,
                        "accessToken: {resource: ledger, scopes: [read]}",
                        "when: '" + when.apply(n) + "'"))
            .collect(Collectors.joining());
  }
}
