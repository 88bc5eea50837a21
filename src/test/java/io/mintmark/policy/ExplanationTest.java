package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.jwtSvid;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.token;
import static io.mintmark.policy.Given.x509Svid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whoever asks why is told each rule that was looked at, and nothing that was not decided. */
final class ExplanationTest {
  private static final AttestedWorkload BOUND =
      attested(ORDERS, EvidenceKind.X509_SVID, NOW.plusSeconds(3600), "thumb", false, Map.of());
  private static final String OTHERS = "spiffe://prod.example.org/ns/shop/**";
  private static final String READ = "accessToken: {resource: ledger, scopes: [read]}";
  private static final String SVIDS =
      grant(
          "jwt",
          ORDERS,
          "jwtSvid: {id: 'spiffe://broker.example.org/j', audiences: [b, a]}",
          "when: 'request.audiences.exists(one, one == \"a\")'");
  private static final String POLICY =
      resource("ledger", "")
          + resource("bank", "")
          + grant("reads", ORDERS, READ, "")
          + grant("writes", ORDERS, READ.replace("read", "write"), "when: 'workload.path == \"\"'")
          + grant("others", OTHERS, READ, "when: 'workload.path == \"/\"'")
          + grant(
              "far",
              "spiffe://test.example.org/**",
              "x509Svid: {id: 'spiffe://broker.example.org{path}', dnsNames: [a.svc]}",
              "")
          + SVIDS
          + guardrail(
              "careful",
              "workload.path == \"/\"",
              "match: {workload: 'spiffe://prod.example.org/**', resource: ledger}")
          + guardrail("elsewhere", "'true'", "match: {resource: bank}")
          + guardrail("audience", "request.audience == \"b\"", "");

  private static final String REQUEST =
      """

        workload  spiffe://prod.example.org/ns/payments/sa/orders
        evidence  x509-svid of prod.example.org
        asks      access-token
        for       https://ledger.example.org
        scopes    read
        at        2026-11-20T10:00:00Z
        policy    000000000000

      guardrails
        - audience passes (owner platform@example.org)
            no  deny: request.audience == "b": false, as request.audience =
                "https://ledger.example.org"
        - careful passes (owner platform@example.org)
            yes match.workload: spiffe://prod.example.org/**
            yes match.resource: ledger
            no  deny: workload.path == "/": false, as workload.path =
                "/ns/payments/sa/orders"

      grants
        * reads applies (owner payments@example.org)
            yes workload: spiffe://prod.example.org/ns/payments/sa/orders
            yes evidence: jwt-svid, x509-svid
            yes issue.accessToken: resource ledger, scopes read
        - others does not apply (owner payments@example.org)
            no  workload: spiffe://prod.example.org/ns/shop/**
            yes evidence: jwt-svid, x509-svid
            yes issue.accessToken: resource ledger, scopes read
        - jwt does not apply (owner payments@example.org)
            yes workload: spiffe://prod.example.org/ns/payments/sa/orders
            yes evidence: jwt-svid, x509-svid
            no  issue.jwtSvid: not asked for; audiences a, b
        - writes does not apply (owner payments@example.org)
            yes workload: spiffe://prod.example.org/ns/payments/sa/orders
            yes evidence: jwt-svid, x509-svid
            no  issue.accessToken: resource ledger, scopes write
      """;
  private static final String FAR =
      """
        - far does not apply (owner payments@example.org)
            no  workload: spiffe://test.example.org/**
            yes evidence: jwt-svid, x509-svid
            no  issue.x509Svid: not asked for; DNS names a.svc
      """;

  @Test
  void aTokenThatIsGivenIsExplained() {
    Explanation explanation = policy(POLICY).explain(BOUND, token(LEDGER, "read"), NOW);
    String given = "granted for 5m\n  scopes    read\n  by        reads\n";
    assertThat(text(explanation.text()))
        .isEqualTo(given + REQUEST + "  1 more for other workloads or other things; --all\n");
    assertThat(text(explanation.wholeText())).isEqualTo(given + REQUEST + FAR);
    assertThat(explanation.given())
        .isEqualTo(
            new Explanation.Given(
                null, List.of("read"), List.of(LEDGER), List.of(), true, 300, List.of("reads")));
    assertThat(explained(POLICY, token(LEDGER, "read")).given())
        .isNotNull()
        .extracting(Explanation.Given::bound)
        .isEqualTo(false);
  }

  @Test
  void aCertificateThatIsGivenIsExplained() {
    Explanation explanation =
        explained(
            grant(
                    "x",
                    ORDERS,
                    "x509Svid: {id: 'spiffe://broker.example.org/x', dnsNames: [b.svc, a.svc]}",
                    "")
                + guardrail("path", "workload.path == \"/\"", "")
                + guardrail("audience", "request.audience == \"b\"", ""),
            x509Svid());
    assertThat(text(explanation.text()))
        .isEqualTo(
            """
            granted for 1h
              identity  spiffe://broker.example.org/x
              dns names a.svc, b.svc
              by        x

              workload  spiffe://prod.example.org/ns/payments/sa/orders
              evidence  jwt-svid of prod.example.org
              asks      x509-svid
              at        2026-11-20T10:00:00Z
              policy    000000000000

            guardrails
              - path passes (owner platform@example.org)
                  no  deny: workload.path == "/": false, as workload.path =
                      "/ns/payments/sa/orders"

            grants
              * x applies (owner payments@example.org)
                  yes workload: spiffe://prod.example.org/ns/payments/sa/orders
                  yes evidence: jwt-svid, x509-svid
                  yes issue.x509Svid: DNS names b.svc, a.svc
            """);
  }

  @Test
  void aGuardrailOfOneAudienceIsShownOnceAndFirstWhereItRefuses() {
    Explanation explanation =
        explained(
            SVIDS
                + guardrail("audience", "request.audience == \"b\"", "")
                + guardrail("a-path", "workload.path == \"/\"", "")
                + guardrail("path", "workload.path == \"/x\"", ""),
            jwtSvid("a", "b"));
    assertThat(explanation.reason()).isEqualTo(Reason.GUARDRAIL);
    assertThat(explanation.guardrail()).isEqualTo("audience");
    assertThat(explanation.target()).containsExactly("a", "b");
    assertThat(explanation.guardrails())
        .extracting(rule -> rule.name() + " " + rule.applies())
        .containsExactly("audience true", "a-path false", "audience false", "path false");
    assertThat(explanation.grants())
        .singleElement()
        .extracting(rule -> rule.clauses().getLast().detail())
        .isEqualTo(
            "request.audiences.exists(one, one == \"a\"): true, as request.audiences = [a, b]");
  }

  @Test
  void whatNoResourceHasIsExplainedToo() {
    Explanation explanation = explained("", token("https://none.example.org"));
    assertThat(text(explanation.text()))
        .isEqualTo(
            """
            denied: resource-unknown
              no resource has the audience "https://none.example.org"

              workload  spiffe://prod.example.org/ns/payments/sa/orders
              evidence  jwt-svid of prod.example.org
              asks      access-token
              for       https://none.example.org
              at        2026-11-20T10:00:00Z
              policy    000000000000

            guardrails
              none looks at this request

            grants
              none
            """);
    assertThat(explanation.wholeText()).endsWith("\ngrants\n  none\n");
    // grants there are, none of which was for it
    assertThat(explained(POLICY, token("https://none.example.org")).guardrails()).isEmpty();
  }

  @Test
  void noRuleWritesToTheTerminalOfWhoeverAsks() {
    Explanation explanation =
        explained(
            resource("ledger", "")
                + grant("g", ORDERS, READ, "when: \"workload.path != '\\e[2Ja\\u202eb\\x9b1m'\"")
                + guardrail("r", "'true'", "message: \"stay\\e]0;x\\aat\\nhome\""),
            token(LEDGER));
    assertThat(explanation.wholeText())
        .contains("guardrail \"r\": stay ]0;x at home\n")
        .contains("yes when: workload.path != ' [2Ja b 1m': true, as");
    assertThat(explanation.wholeText().replace("\n", ""))
        .matches(text -> text.chars().allMatch(c -> c >= ' ' && c <= '~'));
  }

  @Test
  void whoAsksForNoScopesIsShownTheGrantsOfAny() {
    assertThat(issues(token(LEDGER))).containsExactly(true, true);
    assertThat(issues(token(LEDGER, "write"))).containsExactly(false, true);
    assertThat(issues(token(LEDGER, "admin"))).containsExactly(false, false);
    assertThat(issues(token(LEDGER, "write", "admin"))).containsExactly(false, true);
    assertThat(issues(jwtSvid("a"))).containsExactly(false, false);
  }

  /** Whether each of two grants is said to give what is asked for. */
  private static List<Boolean> issues(Ask ask) {
    Explanation explanation =
        explained(
            resource("ledger", "")
                + grant("reads", ORDERS, READ, "")
                + grant("writes", ORDERS, READ.replace("read", "write"), ""),
            ask);
    return explanation.grants().stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .map(rule -> rule.clauses().getLast().holds())
        .toList();
  }

  @Test
  void conditionsOfGrantsForOthersAreNotEvaluated() {
    String others =
        IntStream.range(0, 300)
            .mapToObj(n -> grant("a" + n, OTHERS, READ, "when: 'workload.path == \"" + n + "\"'"))
            .collect(Collectors.joining());
    Explanation explanation =
        explained(
            resource("ledger", "")
                + others
                + grant("z", ORDERS, READ, "when: 'workload.path != \"z\"'"),
            token(LEDGER));
    assertThat(explanation.granted()).isTrue();
    assertThat(explanation.grants().getFirst())
        .satisfies(
            rule -> {
              assertThat(rule.name()).isEqualTo("z");
              assertThat(rule.applies()).isTrue();
              assertThat(rule.clauses()).hasSize(4);
            });
    assertThat(explanation.grants().getLast().clauses()).hasSize(3);
  }

  @Test
  void ofManyGrantsTheNearestAreShown() {
    String others =
        IntStream.range(0, 1_005)
            .mapToObj(n -> grant("a" + n, OTHERS, READ, ""))
            .collect(Collectors.joining());
    Policy policy = Given.large(resource("ledger", "") + others + grant("z", ORDERS, READ, ""));
    Explanation explanation = policy.explain(attested(ORDERS), token(LEDGER), NOW);
    assertThat(explanation.grants()).hasSize(1_000);
    assertThat(explanation.grants().getFirst().name()).isEqualTo("z");
    assertThat(explanation.otherGrants()).isEqualTo(6);
    assertThat(explanation.text())
        .containsOnlyOnce("applies")
        .endsWith("\n  986 more for other workloads or other things; --all\n");
    assertThat(explanation.text().split("does not apply", -1)).hasSize(20);
    assertThat(explanation.wholeText())
        .endsWith("\n  6 more for other workloads or other things\n");
  }

  private static Explanation explained(String documents, Ask ask) {
    return policy(documents).explain(attested(ORDERS), ask, NOW);
  }

  private static String text(String text) {
    return text.replaceAll("policy    [0-9a-f]{12}\n", "policy    000000000000\n");
  }
}
