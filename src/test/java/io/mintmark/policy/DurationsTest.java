package io.mintmark.policy;

import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A duration that overflows, or is none, is an error with its place in every kind of document. */
final class DurationsTest {
  private static final String TOKEN = "accessToken: {resource: ledger, scopes: [read], lifetime: ";
  private static final String OTHERS =
      """
      apiVersion: mintmark.io/v1
      kind: Issuer
      metadata: {name: ci}
      spec:
        type: oidc
        issuer: https://ci.example.org
        identity: spiffe://example.org/ci
        maxAge: %1$s
      ---
      apiVersion: mintmark.io/v1
      kind: TrustDomain
      metadata: {name: example.org}
      spec:
        bundle: {file: bundle.json}
        accepts: [jwt-svid]
        maxAge: %1$s
      ---
      apiVersion: mintmark.io/v1
      kind: PolicyTest
      metadata: {name: t}
      spec:
        workload: spiffe://example.org/a
        time: "2026-11-20T10:00:00Z"
        evidence:
          kind: jwt-svid
          age: %1$s
          expiresIn: %1$s
        ask:
          accessToken: {resource: "https://ledger.example.org"}
          lifetime: %1$s
        expect:
          granted: true
          lifetime: %1$s
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "99999999999h",
        "9223372036854775807s",
        "9223372036854775808s",
        "99999999999999999999999d",
        "106751991167301d",
        "0s",
        "-5m",
        "+5m",
        "m",
        "''",
        "5",
        "'5'",
        "5.5m",
        "1e3s",
        "0x5m",
        "05m",
        "5M",
        "5m5s",
        "PT5M",
        "\"5m\\n\"",
        "' 5m'",
        "\u0665m",
        "[5m]",
        "{s: 5}",
        "null",
        "true"
      })
  void whatIsNoDurationHasItsPlace(String duration) {
    refused(resource("ledger", "maxLifetime: " + duration), "9:16");
    String ledger = resource("ledger", "");
    refused(ledger + grant("g", ORDERS, TOKEN + duration + "}", ""), "17:69");
    refused(
        ledger + grant("g", ORDERS, "jwtSvid: {audiences: [a], lifetime: " + duration + "}", ""),
        "17:47");
    refused(ledger + grant("g", ORDERS, "x509Svid: {lifetime: " + duration + "}", ""), "17:32");
    refused(OTHERS.formatted(duration), "8:11", "16:11", "26:10", "27:16", "30:15", "33:15");
  }

  private static void refused(String documents, String... places) {
    assertThatThrownBy(() -> Documents.parse("policy.yaml", documents).load())
        .isInstanceOfSatisfying(
            DocumentErrors.class,
            errors -> {
              for (String place : places) {
                assertThat(errors.problems())
                    .as(documents)
                    .anyMatch(
                        problem ->
                            problem.toString().startsWith("policy.yaml:" + place + ": error: "));
              }
            });
  }
}
