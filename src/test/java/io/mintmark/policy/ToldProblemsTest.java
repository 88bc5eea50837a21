package io.mintmark.policy;

import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.problems;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.workload;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who writes a policy is told of all that is wrong with it, and is not warned of what is right. */
final class ToldProblemsTest {
  private static final String READ = "accessToken: {resource: ledger, scopes: [read]}";
  private static final String OWN = "spiffe://broker.example.org/";
  private static final String TEST =
      """
      ---
      apiVersion: mintmark.io/v1
      kind: PolicyTest
      metadata: {name: t%d}
      spec:
        workload: spiffe://a/b
        evidence: {kind: oidc}
        ask: {x509Svid: {}}
        time: 2026-11-20T10:00:00Z
        expect: {outcome: denied, reason: unheard-of}
      """;

  /** However many there are: a document whose errors nobody told would be put in force. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void eachOfManyBrokenDocumentsIsTold(String what, String before, IntFunction<String> document) {
    String many = IntStream.range(0, 30).mapToObj(document).collect(Collectors.joining());
    assertThat(Given.compile(before, many)).isInstanceOf(Compilation.Rejected.class);
    assertThat(problems(before, many)).as(what).hasSize(30);
  }

  static Stream<Arguments> eachOfManyBrokenDocumentsIsTold() {
    return Stream.of(
        many("grants", "", n -> grant("g" + n, ORDERS, READ, "")),
        many("guardrails", "", n -> guardrail("g" + n, "workload.x" + n, "")),
        many(
            "resources",
            resource("one", ""),
            n -> resource("r" + n, "").replace("https://r" + n + ".", "https://one.")),
        many("workloads", "", n -> workload("w" + n, ORDERS + n, "reviewBy: 2027-02-30")),
        many("twins", workload("one", ORDERS, ""), n -> workload("w" + n, ORDERS, "")),
        many("tests", "", TEST::formatted));
  }

  private static Arguments many(String what, String before, IntFunction<String> document) {
    return Arguments.of(what, before, document);
  }

  @Test
  void whatIsWrongWithAConditionIsSaidInOneSentence() {
    assertThat(problems(guardrail("g", "delegation.depth > \"2\"", "")))
        .containsExactly(
            "policy.yaml:7:26: error: condition: found no matching overload for '_>_' applied to"
                + " '(int, string)'");
    assertThat(problems(guardrail("g", "'true && request.scope == \"\"'", "")))
        .containsExactly(
            "policy.yaml:7:25: error: condition: undefined field 'scope'; known are audience,"
                + " audiences, authorizationDetails, credential, lifetime, resource, scopes,"
                + " sourceAddress, time");
    assertThat(problems(guardrail("g", "(request).scope == \"\"", "")))
        .containsExactly("policy.yaml:7:18: error: condition: undefined field 'scope'");
    assertThat(problems(guardrail("g", "delegation.subjects", "")))
        .containsExactly(
            "policy.yaml:7:19: error: condition: undefined field 'subjects'; known are actors,"
                + " depth, subject");
  }

  @Test
  void aLabelOfADnsNameHasUpTo63Characters() {
    assertThat(
            problems(grant("a", OWN + "a", "x509Svid: {dnsNames: [" + "a".repeat(63) + ".b]}", "")))
        .isEmpty();
  }

  @Test
  void nobodyIsWarnedOfWhatIsMeant() {
    String ledger = resource("ledger", "maxLifetime: 1m");
    assertThat(problems(ledger, grant("g", ORDERS, READ, ""))).isEmpty();
    assertThat(
            problems(
                ledger, grant("g", ORDERS, READ.replace("[read]", "[read], lifetime: 1m"), "")))
        .isEmpty();
    String one = "x509Svid: {id: \"spiffe://broker.example.org/one\"}";
    assertThat(
            problems(
                grant("a", ORDERS, one, ""), grant("b", "spiffe://test.example.org/a", one, "")))
        .isEmpty();
  }

  @Test
  void certificatesThatShareAnIdentityAreWarnedOfToo() {
    String template = "x509Svid: {id: \"spiffe://broker.example.org{path}\"}";
    assertThat(
            problems(
                grant("a", ORDERS, template, ""),
                grant("b", "spiffe://test.example.org/**", template, "")))
        .singleElement()
        .asString()
        .contains("warning: workloads of the trust domains prod.example.org, test.example.org");
  }
}
