package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.problems;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.scopes;
import static io.mintmark.policy.Given.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import org.junit.jupiter.api.Test;

/** What a resource's document says holds for its tokens, the broker's own resource among them. */
final class ResourceTermsTest {
  private static final String ADMIN = "https://mint.example.org/v1/admin";

  @Test
  void aTokenIsSignedByTheAlgorithmThatItsResourceNames() {
    Policy policy =
        policy(
            resource("ledger", "signing: PS256"),
            resource("bank", ""),
            resource("vault", "signing: EdDSA"),
            grant("l", ORDERS, "accessToken: {resource: ledger, scopes: [read]}", ""),
            grant("b", ORDERS, "accessToken: {resource: bank, scopes: [read]}", ""));
    Decision.AccessToken ledger = terms(policy, LEDGER);
    assertThat(ledger.signing()).isEqualTo(SignatureAlgorithm.PS256);
    assertThat(ledger.kind()).isEqualTo(CredentialKind.ACCESS_TOKEN);
    assertThat(terms(policy, "https://bank.example.org").signing()).isNull();
    assertThat(policy.signingAlgorithms())
        .containsExactlyInAnyOrder(SignatureAlgorithm.PS256, SignatureAlgorithm.EDDSA);
    assertThat(policy(resource("bank", "")).signingAlgorithms()).isEmpty();
  }

  @Test
  void theBrokersOwnResourceIsAsItsDocumentSays() {
    Policy policy =
        policy(
            admin("mintmark-admin") + "  maxLifetime: 1m\n",
            grant("g", ORDERS, "accessToken: {resource: mintmark-admin, scopes: [write]}", ""));
    assertThat(terms(policy, ADMIN).scopes()).isEqualTo(scopes("write"));
    assertThat(policy.decide(attested(ORDERS), token(ADMIN), NOW))
        .isInstanceOfSatisfying(
            Decision.Grant.class,
            grant -> assertThat(grant.expiresAt()).isEqualTo(NOW.plusSeconds(60)));
  }

  @Test
  void aResourceOfAnotherNameMayHaveTheBrokersOwnAudienceAndThenIsTheOnlyOne() {
    Policy policy =
        policy(
            admin("console") + "  binding: mtls\n",
            grant("g", ORDERS, "accessToken: {resource: console, scopes: [read]}", ""));
    assertThat(policy.decide(attested(ORDERS), token(ADMIN), NOW))
        .isInstanceOfSatisfying(
            Decision.Denial.class,
            denial -> assertThat(denial.reason()).isEqualTo(Reason.BINDING_REQUIRED));
    assertThat(
            problems(
                admin("console"),
                grant(
                    "g",
                    ORDERS,
                    "accessToken: {resource: mintmark-admin, scopes: ['admin:read']}",
                    "")))
        .singleElement()
        .asString()
        .contains("resource \"mintmark-admin\" has no document");
  }

  @Test
  void aRefusalQuotesNoMoreThanEightGrants() {
    assertThat(refusal(8)).endsWith("\"g7\", \"g8\"");
    assertThat(refusal(9)).endsWith("\"g7\", \"g8\" …");
    assertThat(refusal(1)).isEqualTo("nothing that is asked for is given by \"g1\"");
  }

  private static String refusal(int grants) {
    StringBuilder documents = new StringBuilder(resource("ledger", ""));
    for (int i = grants; i > 0; i--) {
      documents.append(
          grant("g" + i, ORDERS, "accessToken: {resource: ledger, scopes: [read]}", ""));
    }
    return switch (policy(documents.toString())
        .decide(attested(ORDERS), token(LEDGER, "write"), NOW)) {
      case Decision.Grant grant -> throw new AssertionError(grant.toString());
      case Decision.Denial denial -> denial.detail();
    };
  }

  private static String admin(String name) {
    return resource(name, "").replace("https://" + name + ".example.org", ADMIN);
  }

  private static Decision.AccessToken terms(Policy policy, String audience) {
    return switch (policy.decide(attested(ORDERS), token(audience), NOW)) {
      case Decision.Grant grant -> (Decision.AccessToken) grant.terms();
      case Decision.Denial denial -> throw new AssertionError(denial.toString());
    };
  }
}
