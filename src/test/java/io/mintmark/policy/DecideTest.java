package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.ask;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.jwtSvid;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.scopes;
import static io.mintmark.policy.Given.token;
import static io.mintmark.policy.Given.workload;
import static io.mintmark.policy.Given.x509Svid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecideTest {
  private static final String READ =
      grant("reads", ORDERS, "accessToken: {resource: ledger, scopes: [read]}", "");

  @Test
  void emptyPolicyDeniesEverything() {
    Policy policy = policy("");
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER))).isEqualTo(Reason.RESOURCE_UNKNOWN);
    assertThat(refusal(policy, attested(ORDERS), jwtSvid("a"))).isEqualTo(Reason.NO_GRANT);
    assertThat(refusal(policy, attested(ORDERS), x509Svid())).isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void grantGivesItsScopes() {
    Policy policy = policy(resource("ledger", ""), READ);
    Decision.Grant grant = granted(policy, attested(ORDERS), token(LEDGER, "read"));
    assertThat(grant.terms())
        .isEqualTo(new Decision.AccessToken("ledger", LEDGER, scopes("read"), null, null));
    assertThat(grant.grants()).containsExactly("reads");
    assertThat(grant.expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    assertThat(grant.policyVersion()).isEqualTo(policy.version()).hasSize(64);
  }

  @Test
  void scopeThatIsNotGrantedRefusesTheWholeRequest() {
    Policy policy = policy(resource("ledger", ""), READ);
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER, "read", "write")))
        .isEqualTo(Reason.SCOPE_NOT_GRANTED);
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER, "write")))
        .isEqualTo(Reason.SCOPE_NOT_GRANTED);
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER, "READ")))
        .isEqualTo(Reason.SCOPE_NOT_GRANTED);
  }

  @Test
  void severalGrantsGiveTheUnionForTheShortestLife() {
    Policy policy =
        policy(
            resource("ledger", ""),
            grant("b", ORDERS, "accessToken: {resource: ledger, scopes: [read], lifetime: 4m}", ""),
            grant(
                "a", ORDERS, "accessToken: {resource: ledger, scopes: [write], lifetime: 9m}", ""));
    Decision.Grant both = granted(policy, attested(ORDERS), token(LEDGER));
    assertThat(((Decision.AccessToken) both.terms()).scopes()).isEqualTo(scopes("read", "write"));
    assertThat(both.grants()).containsExactly("a", "b");
    assertThat(both.expiresAt()).isEqualTo(NOW.plusSeconds(240));
    Decision.Grant one = granted(policy, attested(ORDERS), token(LEDGER, "write"));
    assertThat(one.grants()).containsExactly("a");
    assertThat(one.expiresAt()).isEqualTo(NOW.plusSeconds(540));
  }

  @Test
  void audiencesAreComparedByteByByte() {
    Policy policy = policy(resource("ledger", ""), READ);
    for (String other :
        new String[] {LEDGER + "/", "https://LEDGER.example.org", LEDGER + ":443", "ledger", ""}) {
      assertThat(refusal(policy, attested(ORDERS), token(other)))
          .as(other)
          .isEqualTo(Reason.RESOURCE_UNKNOWN);
    }
  }

  @Test
  void lifeIsTheShortestOfAllLimits() {
    Policy policy =
        policy(
            resource("ledger", "maxLifetime: 3m"),
            grant(
                "a", ORDERS, "accessToken: {resource: ledger, scopes: [read], lifetime: 10m}", ""));
    Ask.Wanted wanted = new Ask.AccessToken(LEDGER, scopes());
    assertThat(seconds(granted(policy, attested(ORDERS), ask(wanted, null)))).isEqualTo(180);
    assertThat(seconds(granted(policy, attested(ORDERS), ask(wanted, Duration.ofSeconds(20)))))
        .isEqualTo(20);
    assertThat(seconds(granted(policy, attested(ORDERS), ask(wanted, Duration.ofDays(400000)))))
        .isEqualTo(180);
    assertThat(seconds(granted(policy, until(NOW.plusSeconds(7)), ask(wanted, null)))).isEqualTo(7);
    assertThat(refusal(policy, until(NOW), ask(wanted, null))).isEqualTo(Reason.EVIDENCE_EXPIRED);
    assertThat(refusal(policy, attested(ORDERS), ask(wanted, Duration.ZERO)))
        .isEqualTo(Reason.REQUEST_MALFORMED);
    assertThat(refusal(policy, attested(ORDERS), ask(wanted, Duration.ofSeconds(Long.MIN_VALUE))))
        .isEqualTo(Reason.REQUEST_MALFORMED);
    assertThat(
            seconds(
                granted(policy, attested(ORDERS), ask(wanted, Duration.ofSeconds(Long.MAX_VALUE)))))
        .isEqualTo(180);
  }

  @Test
  void evidenceMustBeOfAKindThatTheGrantAccepts() {
    Policy policy = policy(resource("ledger", ""), READ);
    assertThat(
            refusal(
                policy,
                attested(ORDERS, EvidenceKind.GITHUB, NOW.plusSeconds(9), null, false, Map.of()),
                token(LEDGER)))
        .isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
  }

  @Test
  void ownersBindingIsMet() {
    AttestedWorkload bound =
        attested(ORDERS, EvidenceKind.X509_SVID, NOW.plusSeconds(9), "thumb", false, Map.of());
    for (String binding : new String[] {"required", "mtls"}) {
      Policy policy = policy(resource("ledger", "binding: " + binding), READ);
      assertThat(refusal(policy, attested(ORDERS), token(LEDGER)))
          .isEqualTo(Reason.BINDING_REQUIRED);
      assertThat(
              ((Decision.AccessToken) granted(policy, bound, token(LEDGER)).terms())
                  .certificateThumbprint())
          .isEqualTo("thumb");
    }
    Policy dpop = policy(resource("ledger", "binding: dpop"), READ);
    assertThat(refusal(dpop, bound, token(LEDGER))).isEqualTo(Reason.BINDING_REQUIRED);
  }

  @Test
  void guardrailRefusesWhatIsGranted() {
    String environments =
        guardrail(
            "environments", "workload.environment != resource.environment", "message: stay home");
    String prod = workload("orders", ORDERS, "environment: prod");
    Policy same = policy(resource("ledger", "environment: prod"), prod, READ, environments);
    Policy other = policy(resource("ledger", "environment: test"), prod, READ, environments);
    Policy unknown = policy(resource("ledger", "environment: prod"), READ, environments);
    assertThat(granted(same, attested(ORDERS), token(LEDGER)).grants()).containsExactly("reads");
    assertThat(other.decide(attested(ORDERS), token(LEDGER), NOW))
        .isEqualTo(
            new Decision.Denial(
                Reason.GUARDRAIL, "guardrail \"environments\": stay home", other.version()));
    assertThat(unknown.decide(attested(ORDERS), token(LEDGER), NOW))
        .isEqualTo(
            new Decision.Denial(
                Reason.GUARDRAIL,
                "guardrail \"environments\": workload.environment has no value",
                unknown.version()));
  }

  @Test
  void guardrailOnAResourceAlsoGuardsAJwtSvidForItsAudience() {
    String svid =
        grant(
            "svid",
            ORDERS,
            "jwtSvid: {id: \"spiffe://broker.example.org{path}\", audiences:"
                + " [https://ledger.example.org, other]}",
            "");
    Policy policy =
        policy(
            resource("ledger", "environment: test"),
            workload("orders", ORDERS, "environment: prod"),
            svid,
            guardrail("environments", "workload.environment != resource.environment", ""));
    assertThat(refusal(policy, attested(ORDERS), jwtSvid(LEDGER, "other")))
        .isEqualTo(Reason.GUARDRAIL);
    assertThat(granted(policy, attested(ORDERS), jwtSvid("other")).grants())
        .containsExactly("svid");
  }

  @Test
  void askingForNoScopeGetsPastNoGuardrail() {
    Policy policy =
        policy(
            resource("ledger", ""),
            READ,
            grant("writes", ORDERS, "accessToken: {resource: ledger, scopes: [write]}", ""),
            guardrail("no-writing", "'\"write\" in request.scopes'", ""));
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER))).isEqualTo(Reason.GUARDRAIL);
    assertThat(granted(policy, attested(ORDERS), token(LEDGER, "read")).grants())
        .containsExactly("reads");
  }

  @Test
  void conditionsDecideWhichGrantsApply() {
    Policy policy =
        policy(
            resource("ledger", ""),
            grant(
                "weekdays",
                ORDERS,
                "accessToken: {resource: ledger, scopes: [read]}",
                "when: request.time.getDayOfWeek(\"Europe/Paris\") in [1, 2, 3, 4, 5]"),
            grant(
                "gold",
                ORDERS,
                "accessToken: {resource: ledger, scopes: [write]}",
                "when: evidence.attributes.tier == \"gold\""));
    Ask read = token(LEDGER, "read");
    assertThat(granted(policy, attested(ORDERS), read).grants()).containsExactly("weekdays");
    Instant sunday = NOW.plus(Duration.ofDays(2));
    assertThat(policy.decide(until(sunday.plusSeconds(60)), read, sunday))
        .isInstanceOfSatisfying(
            Decision.Denial.class, d -> assertThat(d.reason()).isEqualTo(Reason.CONDITION_FALSE));
    assertThat(refusal(policy, attested(ORDERS), token(LEDGER, "write")))
        .isEqualTo(Reason.CONDITION_ERROR);
    AttestedWorkload gold =
        attested(
            ORDERS,
            EvidenceKind.JWT_SVID,
            NOW.plusSeconds(99),
            null,
            false,
            Map.of("tier", "gold"));
    assertThat(granted(policy, gold, token(LEDGER)).grants()).containsExactly("gold", "weekdays");
  }

  @Test
  void svidsAreStruckInTheBrokersDomainOnly() {
    Policy policy =
        policy(
            grant(
                "x",
                "spiffe://prod.example.org/ns/*/sa/*",
                "x509Svid: {id: \"spiffe://broker.example.org/ext{path}\", dnsNames: [b.svc,"
                    + " a.svc], subject: {commonName: orders}}",
                ""),
            grant(
                "own",
                "spiffe://broker.example.org/**",
                "x509Svid: {outlivesEvidence: true, lifetime: 2h}",
                ""));
    Decision.Grant grant = granted(policy, until(NOW.plusSeconds(10)), x509Svid());
    assertThat((Decision.X509Svid) grant.terms())
        .satisfies(
            terms -> {
              assertThat(terms.id())
                  .hasToString("spiffe://broker.example.org/ext/ns/payments/sa/orders");
              assertThat(terms.dnsNames()).containsExactly("a.svc", "b.svc");
              assertThat(terms.commonName()).isEqualTo("orders");
            });
    assertThat(seconds(grant)).isEqualTo(10);
    AttestedWorkload own =
        attested(
            "spiffe://broker.example.org/a",
            EvidenceKind.JWT_SVID,
            NOW.plusSeconds(10),
            null,
            false,
            Map.of());
    assertThat(seconds(granted(policy, own, x509Svid()))).isEqualTo(7200);
    AttestedWorkload struckHere =
        attested(
            "spiffe://broker.example.org/a",
            EvidenceKind.JWT_SVID,
            NOW.plusSeconds(10),
            null,
            true,
            Map.of());
    assertThat(refusal(policy, struckHere, x509Svid()))
        .isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    for (String reserved : new String[] {"/mintmark/broker", "/mintmark/x/y", "/mintmark"}) {
      assertThat(refusal(policy, attested("spiffe://broker.example.org" + reserved), x509Svid()))
          .isEqualTo(Reason.NO_GRANT);
    }
  }

  @Test
  void jwtSvidAudiencesMustAllBeGranted() {
    Policy policy =
        policy(
            grant(
                "a",
                ORDERS,
                "jwtSvid: {id: \"spiffe://broker.example.org{path}\", audiences: [a, b]}",
                ""),
            grant(
                "c",
                ORDERS,
                "jwtSvid: {id: \"spiffe://broker.example.org{path}\", audiences: [c], lifetime:"
                    + " 1m}",
                ""),
            grant(
                "d",
                ORDERS,
                "jwtSvid: {id: \"spiffe://broker.example.org/d{path}\", audiences: [d]}",
                ""));
    assertThat(granted(policy, attested(ORDERS), jwtSvid("a", "c")).grants())
        .containsExactly("a", "c");
    assertThat(refusal(policy, attested(ORDERS), jwtSvid("a", "x"))).isEqualTo(Reason.NO_GRANT);
    assertThat(refusal(policy, attested(ORDERS), jwtSvid("a", "d"))).isEqualTo(Reason.NO_GRANT);
    assertThat(refusal(policy, attested(ORDERS), jwtSvid())).isEqualTo(Reason.REQUEST_MALFORMED);
  }

  @Test
  void ownersBindingAlsoHoldsForAJwtSvidWithItsAudience() {
    Policy policy =
        policy(
            resource("ledger", "binding: mtls"),
            grant(
                "a",
                ORDERS,
                "jwtSvid: {id: \"spiffe://broker.example.org{path}\", audiences:"
                    + " [https://ledger.example.org]}",
                ""));
    assertThat(refusal(policy, attested(ORDERS), jwtSvid(LEDGER)))
        .isEqualTo(Reason.BINDING_REQUIRED);
  }

  @Test
  void adminResourceIsBuiltIn() {
    Policy policy =
        policy(
            grant(
                "operators",
                ORDERS,
                "accessToken: {resource: mintmark-admin, scopes: [\"admin:read\"]}",
                ""));
    assertThat(
            granted(policy, attested(ORDERS), token("https://mint.example.org/v1/admin")).grants())
        .containsExactly("operators");
    assertThat(refusal(policy(""), attested(ORDERS), token("https://mint.example.org/v1/admin")))
        .isEqualTo(Reason.NO_GRANT);
  }

  private static AttestedWorkload until(Instant expiresAt) {
    return attested(ORDERS, EvidenceKind.JWT_SVID, expiresAt, null, false, Map.of());
  }

  private static long seconds(Decision.Grant grant) {
    return Duration.between(NOW, grant.expiresAt()).toSeconds();
  }

  private static Decision.Grant granted(Policy policy, AttestedWorkload workload, Ask ask) {
    return switch (policy.decide(workload, ask, NOW)) {
      case Decision.Grant grant -> grant;
      case Decision.Denial denial -> throw new AssertionError(denial.toString());
    };
  }

  private static Reason refusal(Policy policy, AttestedWorkload workload, Ask ask) {
    return switch (policy.decide(workload, ask, NOW)) {
      case Decision.Grant grant -> throw new AssertionError(grant.toString());
      case Decision.Denial denial -> denial.reason();
    };
  }

  @Test
  void whoAsksForLessIsGivenLess() {
    Policy policy = readingAndWriting();
    assertThat(policy.decide(attested(ORDERS), token(LEDGER, "read"), NOW))
        .isInstanceOfSatisfying(
            Decision.Grant.class,
            grant ->
                assertThat(((Decision.AccessToken) grant.terms()).scopes())
                    .isEqualTo(scopes("read")));
  }

  @Test
  void anExplanationShowsGuardrailsTheScopesThatADecisionShowsThem() {
    Policy policy = readingAndWriting(guardrail("no-writing", "'\"write\" in request.scopes'", ""));
    assertThat(guarded(policy)).isTrue();
    assertThat(guarded(policy, "read", "write")).isTrue();
    assertThat(guarded(policy, "read")).isFalse();
  }

  private static boolean guarded(Policy policy, String... scopes) {
    return policy
        .explain(attested(ORDERS), token(LEDGER, scopes), NOW)
        .guardrails()
        .getFirst()
        .applies();
  }

  private static Policy readingAndWriting(String... more) {
    return policy(
        resource("ledger", ""),
        grant("g", ORDERS, "accessToken: {resource: ledger, scopes: [read, write]}", ""),
        String.join("", more));
  }
}
