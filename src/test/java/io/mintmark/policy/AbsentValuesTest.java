package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.token;
import static io.mintmark.policy.Given.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.runtime.Program;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.WorkloadId;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has no value can be asked for by {@code has}; whatever else reads it is no yes. */
final class AbsentValuesTest {
  private static final AttestedWorkload UNKNOWN =
      new AttestedWorkload(
          WorkloadId.parse(ORDERS),
          new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64)),
          EvidenceKind.JWT_SVID,
          "prod.example.org",
          "prod.example.org",
          Map.of(),
          null,
          NOW.plusSeconds(60),
          null,
          false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workload.owner",
        "workload.environment",
        "workload.classification",
        "workload.attributes",
        "evidence.ageSeconds",
        "evidence.attributes.ref",
        "delegation.subject",
        "resource.environment",
        "resource.classification",
        "resource.maxLifetime",
      })
  void whatHasNoValueIsSaidNotToBeThere(String field) {
    assertThat(decide("", "has(" + field + ")")).isEqualTo("condition-false: is false");
    assertThat(decide("", "!has(" + field + ")")).isEqualTo("granted");
  }

  @Test
  void aFieldWithoutValueIsNamed() {
    assertThat(decide("", "evidence.ageSeconds < 60"))
        .isEqualTo("condition-error: evidence.ageSeconds has no value");
    assertThat(decide("", "workload.owner == 'a'"))
        .isEqualTo("condition-error: workload.owner has no value");
  }

  @ParameterizedTest
  @CsvSource({
    "classification, secret",
    "environment, prod",
    "owner, payments@example.org",
  })
  void whatTheInventorySaysIsRead(String field, String value) {
    String inventory = workload("orders", ORDERS, "environment: prod\nclassification: secret");
    assertThat(decide(inventory, "workload." + field + " == '" + value + "'")).isEqualTo("granted");
    assertThat(decide(inventory, "workload." + field + " == 'other'"))
        .isEqualTo("condition-false: is false");
  }

  @Test
  void whateverGoesWrongInAnExpressionIsNoYes() {
    Question question =
        new Question(Facts.of(UNKNOWN), null, token(LEDGER), Set.of(), null, null, null, NOW);
    assertThat(condition(() -> true).ask(question)).isInstanceOf(Condition.Answer.Yes.class);
    assertThat(condition(() -> false).ask(question)).isInstanceOf(Condition.Answer.No.class);
    assertThat(condition(() -> "true").ask(question))
        .isEqualTo(new Condition.Answer.Failed("is neither true nor false"));
    assertThat(
            condition(
                    () -> {
                      throw new IllegalStateException("secret");
                    })
                .ask(question))
        .isEqualTo(new Condition.Answer.Failed("cannot be evaluated: IllegalStateException"));
  }

  private static Condition condition(Supplier<Object> answer) {
    Program program =
        (Program)
            Proxy.newProxyInstance(
                Program.class.getClassLoader(),
                new Class<?>[] {Program.class},
                (proxy, method, arguments) -> answer.get());
    return new Condition("true", program, List.of(), 1);
  }

  private static String decide(String inventory, String condition) {
    Policy policy =
        policy(
            resource("ledger", ""),
            inventory,
            grant(
                "g",
                ORDERS,
                "accessToken: {resource: ledger, scopes: [read]}",
                "when: \"" + condition + "\""));
    return switch (policy.decide(UNKNOWN, token(LEDGER), NOW)) {
      case Decision.Grant ignored -> "granted";
      case Decision.Denial denial ->
          denial.reason() + ": " + denial.detail().replace("condition of grant \"g\" ", "");
    };
  }
}
