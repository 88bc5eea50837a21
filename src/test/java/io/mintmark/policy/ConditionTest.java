package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.scopes;
import static io.mintmark.policy.Given.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
  private static final AttestedWorkload ATTESTED =
      attested(
          ORDERS,
          EvidenceKind.JWT_SVID,
          NOW.plusSeconds(3600),
          null,
          false,
          Map.of(
              "ref", "refs/heads/main",
              "runner", Map.of("hosted", true, "count", 3L),
              "groups", List.of("a", "b")));
  private static final Ask ASK =
      new Ask(
          new Ask.AccessToken(LEDGER, scopes("read")),
          Duration.ofMinutes(2),
          new Delegation("alice", List.of("spiffe://a/agent")),
          InetAddress.ofLiteral("10.1.2.3"),
          null);

  @ParameterizedTest(name = "{1}: {0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "workload.id == 'spiffe://prod.example.org/ns/payments/sa/orders' ; yes",
        "workload.trustDomain == 'prod.example.org' ; yes",
        "workload.path.startsWith('/ns/payments/') ; yes",
        "workload.owner == 'payments@example.org' ; yes",
        "workload.environment == 'prod' ; yes",
        "workload.classification == 'secret' ; error",
        "has(workload.classification) ; no",
        "workload.attributes.tier == 1 ; yes",
        "workload.attributes.none == 1 ; error",
        "has(workload.attributes.none) ; no",
        "evidence.kind == 'jwt-svid' ; yes",
        "evidence.kind in ['github', 'gitlab'] ; no",
        "evidence.issuer == 'prod.example.org' ; yes",
        "evidence.ageSeconds == 30 ; yes",
        "evidence.attributes.ref == 'refs/heads/main' ; yes",
        "evidence.attributes.ref == 1 ; no",
        "evidence.attributes.runner.hosted ; error-at-compile",
        "evidence.attributes.runner.hosted == true ; yes",
        "evidence.attributes.runner.count > 2 ; yes",
        "evidence.attributes.runner.none.deeper == 1 ; error",
        "'a' in evidence.attributes.groups ; yes",
        "evidence.attributes.groups.exists(g, g == 'b') ; yes",
        "evidence.attributes.ref > 1 ; error",
        "request.credential == 'access-token' ; yes",
        "request.resource == 'ledger' ; yes",
        "request.audience == 'https://ledger.example.org' ; yes",
        "request.audiences == ['https://ledger.example.org'] ; yes",
        "request.scopes == ['read'] ; yes",
        "request.lifetime == duration('2m') ; yes",
        "request.time < timestamp('2027-01-01T00:00:00Z') ; yes",
        "request.time.getDayOfWeek('Europe/Paris') in [1, 2, 3, 4, 5] ; yes",
        "request.time.getHours('Asia/Tokyo') == 19 ; yes",
        "request.time.getHours('No/Where') == 19 ; error",
        "request.sourceAddress.startsWith('10.') ; yes",
        "request.authorizationDetails.size() == 0 ; yes",
        "delegation.subject == 'alice' ; yes",
        "delegation.depth <= 1 ; yes",
        "delegation.actors[0] == 'spiffe://a/agent' ; yes",
        "delegation.actors[1] == 'spiffe://a/agent' ; error",
        "resource.name == 'ledger' && resource.environment == 'prod' ; yes",
        "resource.maxLifetime <= duration('10m') ; yes",
        "resource.binding == 'any' && 'read' in resource.scopes ; yes",
        "resource.classification == 'x' ; error",
        "resource.classification == 'x' && workload.environment == 'test' ; no",
        "resource.classification == 'x' || workload.environment == 'prod' ; yes",
        "1 / 0 == 1 ; error",
        "9223372036854775807 + delegation.depth > 0 ; error",
        "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c,"
            + " [1,2,3,4,5,6,7,8,9,10].all(d, a + b + c + d > 0)))) ; error"
      })
  void readsTheRequest(String condition, String expected) {
    String[] documents = {
      resource("ledger", "environment: prod\nmaxLifetime: 10m"),
      workload("orders", ORDERS, "environment: prod\nattributes: {tier: 1}"),
      grant(
          "g",
          ORDERS,
          "accessToken: {resource: ledger, scopes: [read]}",
          "when: \"" + condition + "\"")
    };
    String outcome =
        switch (Given.compile(documents)) {
          case Compilation.Rejected ignored -> "error-at-compile";
          case Compilation.Compiled(var policy, var warnings) ->
              switch (policy.decide(ATTESTED, ASK, NOW)) {
                case Decision.Grant ignored -> "yes";
                case Decision.Denial denial ->
                    switch (denial.reason()) {
                      case CONDITION_FALSE -> "no";
                      case CONDITION_ERROR -> "error";
                      default -> throw new AssertionError(denial.toString());
                    };
              };
        };
    assertThat(outcome).isEqualTo(expected);
  }

  @Test
  void oneProgramServesManyThreads() throws InterruptedException, ExecutionException {
    Policy policy =
        policy(
            resource("ledger", ""),
            grant(
                "g",
                "spiffe://prod.example.org/**",
                "accessToken: {resource: ledger, scopes: [read]}",
                "when: \"request.scopes.exists(s, s == 'read') && workload.path == '/n' +"
                    + " string(evidence.attributes.n)\""));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> answers =
          IntStream.range(0, 2_000)
              .mapToObj(n -> threads.submit(() -> grantedFor(policy, n)))
              .toList();
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
  }

  private static boolean grantedFor(Policy policy, long n) {
    AttestedWorkload workload =
        attested(
            "spiffe://prod.example.org/n" + n,
            EvidenceKind.JWT_SVID,
            NOW.plusSeconds(9),
            null,
            false,
            Map.of("n", n));
    return policy.decide(workload, Given.token(LEDGER, "read"), NOW) instanceof Decision.Grant;
  }
}
