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
import static io.mintmark.policy.Given.x509Svid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Ask;
import io.mintmark.workload.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests a guardrail looks at, and which of several refuses. */
final class GuardrailTest {
  private static final String BANK = "https://bank.example.org";
  private static final String MATCH = "match: {resource: ledger}";
  private static final String GRANTED =
      resource("ledger", "")
          + resource("bank", "")
          + grant("ledger", ORDERS, "accessToken: {resource: ledger, scopes: [read]}", "")
          + grant("bank", ORDERS, "accessToken: {resource: bank, scopes: [read]}", "")
          + grant(
              "svids",
              ORDERS,
              "jwtSvid: {id: 'spiffe://broker.example.org{path}', audiences: ['"
                  + LEDGER
                  + "', '"
                  + BANK
                  + "', other]}, x509Svid: {id: 'spiffe://broker.example.org{path}'}",
              "");

  @Test
  void oneForAResourceRefusesWhatIsForThatResourceAlone() {
    Policy policy = policy(GRANTED, guardrail("closed", "'true'", MATCH));
    assertThat(refusal(policy, token(LEDGER))).isEqualTo("guardrail \"closed\"");
    assertThat(refusal(policy, jwtSvid(LEDGER))).isEqualTo("guardrail \"closed\"");
    assertThat(refusal(policy, jwtSvid("other", BANK, LEDGER))).isEqualTo("guardrail \"closed\"");
    granted(policy, token(BANK));
    granted(policy, jwtSvid("other", BANK));
    granted(policy, x509Svid());
  }

  @ParameterizedTest
  @CsvSource({"b, true, a, true, a", "a, true, b, true, a", "b, true, a, false, b"})
  void whicheverRefusesTheFirstByNameIsTold(
      String everywhere, String denies, String matched, String deniesToo, String told) {
    Policy policy =
        policy(
            GRANTED,
            guardrail(everywhere, "'" + denies + "'", ""),
            guardrail(matched, "'" + deniesToo + "'", MATCH));
    assertThat(refusal(policy, token(LEDGER))).isEqualTo("guardrail \"" + told + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "request.audience != 'other'",
        "resource.name != 'bank'",
        "request.resource == 'ledger'",
        "request.resource == 'ledger' && evidence.attributes.ref == 'x'",
        "request.audience == 'other' || evidence.attributes.run.hosted == true",
      })
  void oneForWhatACertificateLacksDoesNotLookAtIt(String deny) {
    granted(policy(GRANTED, guardrail("g", "\"" + deny + "\"", "")), x509Svid());
  }

  @Test
  void oneThatNamesAResourceDoesNotLookAtAnAudienceThatIsNone() {
    String resources = guardrail("g", "request.resource != \"bank\"", "");
    Policy policy = policy(GRANTED, resources);
    granted(policy, jwtSvid("other", BANK));
    assertThat(refusal(policy, jwtSvid("other", LEDGER))).isEqualTo("guardrail \"g\"");
  }

  /** So that asking for no lifetime gets past no guardrail. */
  @ParameterizedTest
  @CsvSource({"3m, 9m", "9m, 3m", "9m, 9m"})
  void whoAsksForNoLifetimeIsLookedAtForTheLongest(String first, String second) {
    String grants =
        resource("ledger", "")
            + grant("a", ORDERS, lasting(first), "")
            + grant("b", ORDERS, lasting(second), "");
    Policy five = policy(grants, guardrail("g", "request.lifetime > duration(\"5m\")", ""));
    assertThat(refusal(five, token(LEDGER))).isEqualTo("guardrail \"g\"");
    granted(five, ask(new Ask.AccessToken(LEDGER, scopes()), Duration.ofMinutes(5)));
    granted(
        policy(grants, guardrail("g", "request.lifetime > duration(\"9m\")", "")), token(LEDGER));
  }

  private static String lasting(String lifetime) {
    return "accessToken: {resource: ledger, scopes: [read], lifetime: " + lifetime + "}";
  }

  private static void granted(Policy policy, Ask ask) {
    assertThat(policy.decide(attested(ORDERS), ask, NOW)).isInstanceOf(Decision.Grant.class);
  }

  private static String refusal(Policy policy, Ask ask) {
    return switch (policy.decide(attested(ORDERS), ask, NOW)) {
      case Decision.Grant grant -> throw new AssertionError(grant.toString());
      case Decision.Denial denial -> {
        assertThat(denial.reason()).isEqualTo(Reason.GUARDRAIL);
        yield denial.detail();
      }
    };
  }
}
