package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test of a policy fails where the decision is another one in anything that it names. */
final class PolicyTestsTest {
  private static final String POLICY =
      resource("ledger", "")
          + resource("vault", "binding: mtls")
          + grant("reads", ORDERS, "accessToken: {resource: ledger, scopes: [write, read]}", "")
          + grant("opens", ORDERS, "accessToken: {resource: vault, scopes: [read]}", "")
          + grant(
              "svids",
              ORDERS,
              "jwtSvid: {id: 'spiffe://broker.example.org/j', audiences: [b, a, closed]}, x509Svid:"
                  + " {id: 'spiffe://broker.example.org/x', dnsNames: [b.svc, a.svc]}",
              "")
          + guardrail("closed", "request.audience == \"closed\"", "");
  private static final String TOKEN = "accessToken: {resource: '" + LEDGER + "'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "jwt-svid | " + TOKEN + " | outcome: granted",
        "jwt-svid | "
            + TOKEN
            + " | outcome: granted, scopes: [write, read], audiences: ['"
            + LEDGER
            + "'], grants: [reads], dnsNames: [], lifetime: 5m",
        "jwt-svid | jwtSvid: {audiences: [a, b]} | outcome: granted, id:"
            + " 'spiffe://broker.example.org/j', audiences: [b, a], grants: [svids], dnsNames: []",
        "x509-svid | x509Svid: {} | outcome: granted, id: 'spiffe://broker.example.org/x',"
            + " dnsNames: [a.svc, b.svc], audiences: [], lifetime: 1h",
        "x509-svid | x509Svid: {}, lifetime: 90s | outcome: granted, lifetime: 90s",
        "jwt-svid | jwtSvid: {audiences: [a, closed]} | outcome: denied, reason: guardrail,"
            + " guardrail: closed, grants: [], audiences: [], dnsNames: []",
        "jwt-svid | jwtSvid: {audiences: [c]} | outcome: denied, reason: no-grant",
        "`x509-svid, certificate: true` | accessToken: {resource: 'https://vault.example.org'} |"
            + " outcome: granted",
        "`x509-svid, certificate: false` | accessToken: {resource: 'https://vault.example.org'} |"
            + " outcome: denied, reason: binding-required",
        "github | x509Svid: {} | outcome: denied, reason: evidence-kind-not-accepted",
      })
  void whatIsDecidedAsExpectedPasses(String kind, String ask, String expect) throws DocumentErrors {
    PolicyTests.Result result = result(kind, ask, expect);
    assertThat(result.differences()).isEmpty();
    assertThat(result.passed()).isTrue();
  }

  @Test
  void everythingThatDiffersIsTold() throws DocumentErrors {
    PolicyTests.Result granted =
        result(
            "jwt-svid",
            TOKEN,
            "outcome: denied, reason: no-grant, guardrail: closed, id: 'spiffe://a/b', scopes:"
                + " [write], audiences: [x], dnsNames: [a.svc], grants: [other], lifetime: 9m");
    assertThat(granted.passed()).isFalse();
    assertThat(granted.name()).isEqualTo("t");
    assertThat(granted.differences())
        .containsExactly(
            "outcome: expected denied, got granted",
            "reason: expected no-grant, got none",
            "guardrail: expected closed, got none",
            "id: expected spiffe://a/b, got none",
            "scopes: expected [write], got [read, write]",
            "audiences: expected [x], got [" + LEDGER + "]",
            "dnsNames: expected [a.svc], got []",
            "grants: expected [other], got [reads]",
            "lifetime: expected 9m, got 5m");
    PolicyTests.Result denied =
        result(
            "jwt-svid",
            "jwtSvid: {audiences: [closed]}",
            "outcome: granted, reason: no-grant, guardrail: other, id:"
                + " 'spiffe://broker.example.org/j', grants: [svids], lifetime: 5m");
    assertThat(denied.passed()).isFalse();
    assertThat(denied.differences())
        .containsExactly(
            "outcome: expected granted, got denied",
            "reason: expected no-grant, got guardrail",
            "guardrail: expected other, got closed",
            "id: expected spiffe://broker.example.org/j, got none",
            "grants: expected [svids], got []",
            "lifetime: expected 5m, got 0s");
  }

  private static PolicyTests.Result result(String kind, String ask, String expect)
      throws DocumentErrors {
    String test =
        """
        ---
        apiVersion: mintmark.io/v1
        kind: PolicyTest
        metadata: {name: t}
        spec:
          workload: %s
          evidence: {kind: %s}
          ask: {%s}
          time: 2026-11-20T10:00:00Z
          expect: {%s}
        """
            .formatted(ORDERS, kind, ask, expect);
    DocumentSet documents = Documents.parse("policy.yaml", POLICY + test).load();
    return switch (Policy.compile(documents, Given.CONTEXT)) {
      case Compilation.Compiled(var policy, var _) -> PolicyTests.run(policy, documents).getFirst();
      case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }
}
