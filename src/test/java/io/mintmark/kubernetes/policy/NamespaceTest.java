package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.ISSUER;
import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;
import static io.mintmark.kubernetes.policy.CustomKind.WORKLOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A namespace's documents speak for that namespace alone, whatever is written in them. */
final class NamespaceTest {
  private static final String LEDGER =
      "{owner: ledger@example.org, audience: 'https://ledger.example.org', scopes: [read, write]}";
  private static final String GRANT_OF_TOKENS =
      "{owner: a@b, workload: 'spiffe://prod.example.org/ns/payments/sa/orders', evidence:"
          + " [kubernetes], issue: {accessToken: {resource: ledger-api, scopes: [read]}}}";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        // somebody else's workloads
        "ns/shop/sa/orders | x509Svid: {} | spec.workload | are not for those of namespace",
        "ns/*/sa/orders | x509Svid: {} | spec.workload | are not for those of namespace",
        "ns/payments/** | x509Svid: {} | spec.workload | are not for those of namespace",
        "** | x509Svid: {} | spec.workload | are not for those of namespace",
        "ns/payments/sa | x509Svid: {} | spec.workload | are not for those of namespace",
        "ns/payments/sa/a/b | x509Svid: {} | spec.workload | are not for those of namespace",
        "ns/payments2/sa/orders | jwtSvid: {audiences: [a]} | spec.workload | are not for those",
        // another identity than the workload has
        "ns/payments/sa/orders | x509Svid: {id: 'spiffe://prod.example.org/ns/shop/sa/a'} |"
            + " x509Svid.id | identity that they have",
        "ns/payments/sa/orders | jwtSvid: {audiences: [a], id:"
            + " 'spiffe://prod.example.org/ns/shop{path}'} | jwtSvid.id | identity that they have",
        // names that others believe
        "ns/payments/sa/orders | x509Svid: {dnsNames: [ledger.shop.svc]} | dnsNames[0] | is not"
            + " below payments.svc",
        "ns/payments/sa/orders | x509Svid: {dnsNames: [a.payments.svc, mintmark.example.org]} |"
            + " dnsNames[1] | is not below payments.svc",
        "ns/payments/sa/orders | x509Svid: {dnsNames: [evilpayments.svc]} | dnsNames[0] | is not"
            + " below payments.svc",
        "ns/payments/sa/orders | x509Svid: {dnsNames: [a.payments.svc.example.org]} | dnsNames[0] |"
            + " is not below payments.svc",
        "ns/payments/sa/orders | x509Svid: {subject: {commonName: postgres}} | commonName | is not"
            + " below payments.svc",
        // a way into somebody else's resource
        "ns/payments/sa/orders | jwtSvid: {audiences: ['https://vault.example.org']} | audiences[0]"
            + " | not this namespace's",
        "ns/payments/sa/orders | jwtSvid: {audiences: [a, 'https://shop.example.org']} |"
            + " audiences[1] | not this namespace's",
        "ns/payments/sa/orders | jwtSvid: {audiences: ['https://mintmark.example.org/v1/admin']} |"
            + " audiences[0] | not this namespace's",
        "ns/payments/sa/orders | accessToken: {resource: vault, scopes: [read]} |"
            + " accessToken.resource | has no document",
        "ns/payments/sa/orders | accessToken: {resource: mintmark-admin, scopes: ['admin:write']} |"
            + " accessToken.resource | has no document",
        "ns/payments/sa/orders | accessToken: {resource: shop-api, scopes: [read]} |"
            + " accessToken.resource | has no document",
        "ns/payments/sa/orders | accessToken: {resource: shop/shop-api, scopes: [read]} |"
            + " accessToken.resource | does not fit",
        // all or nothing: what is allowed beside it is not given either
        "ns/shop/sa/orders | `x509Svid: {}, accessToken: {resource: ledger-api, scopes: [read]}` |"
            + " spec.workload | are not for those",
      })
  void aGrantThatSpeaksForOthersIsLeftOut(String workload, String issue, String path, String why)
      throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "payments/ledger-api", LEDGER)
            .with(RESOURCE, "shop/shop-api", LEDGER.replace("ledger.", "shop."))
            .with(
                GRANT,
                "payments/claims",
                "{owner: a@b, evidence: [kubernetes], workload: 'spiffe://prod.example.org/"
                    + workload
                    + "', issue: {"
                    + issue
                    + "}}")
            .with(GRANT, "payments/good", GRANT_OF_TOKENS);
    assertThat(cluster.sentence("Grant payments/claims")).contains(path).contains(why);
    assertThat(cluster.compile().leftOut()).containsOnlyKeys("Grant payments/claims");
  }

  @Test
  void aGrantOfItsOwnIsInForce() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "payments/ledger-api", LEDGER)
            .with(GRANT, "payments/one", GRANT_OF_TOKENS)
            .with(
                GRANT,
                "payments/two",
                "{owner: a@b, evidence: [kubernetes], workload:"
                    + " 'spiffe://prod.example.org/ns/payments/sa/*', issue: {jwtSvid: {audiences:"
                    + " ['https://ledger.example.org', other]}, x509Svid: {dnsNames:"
                    + " [a.payments.svc, b.a.payments.svc.cluster.local]}}}")
            .with(
                GRANT,
                "payments/of-others",
                GRANT_OF_TOKENS.replace("ns/payments/sa/orders", "ns/shop/sa/till"))
            .with(
                WORKLOAD,
                "payments/orders",
                "{owner: a@b, id: 'spiffe://prod.example.org/ns/payments/sa/orders'}");
    assertThat(cluster.compile().leftOut()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://prod.example.org/ns/shop/sa/orders",
    "spiffe://prod.example.org/ns/payments/sa/orders/x",
    "spiffe://other.example.org/ns/payments/sa/orders",
    "spiffe://prod.example.org/mintmark/broker",
  })
  void anotherNamespacesWorkloadCannotBeDescribed(String id) throws DocumentErrors {
    Cluster cluster = new Cluster().with(WORKLOAD, "payments/w", "{owner: a@b, id: '" + id + "'}");
    assertThat(cluster.sentence("Workload payments/w"))
        .startsWith("spec.id: \"" + id + "\" is not one of those of namespace \"payments\"");
  }

  @ParameterizedTest
  @CsvSource({
    "https://vault.example.org,is that of resource",
    "https://mintmark.example.org/v1/admin,is the broker's own",
    "https://mintmark.example.org,is the broker's own",
    "https://shop.example.org,is that of an older resource",
  })
  void anAudienceThatIsTakenCannotBeTakenAgain(String audience, String why) throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "shop/shop-api", LEDGER.replace("ledger.", "shop."))
            .with(
                RESOURCE, "payments/r", "{owner: a@b, scopes: [x], audience: '" + audience + "'}");
    assertThat(cluster.sentence("Resource payments/r"))
        .startsWith("spec.audience: audience \"" + audience + "\"")
        .contains(why);
    assertThat(cluster.compile().leftOut()).hasSize(1);
  }

  @Test
  void anAudienceStaysTakenWhileItsResourceIsBroken() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "shop/shop-api", "{owner: a@b, audience: x, scopes: ['not a scope']}")
            .with(RESOURCE, "payments/squatter", "{owner: a@b, audience: x, scopes: [read]}");
    assertThat(cluster.compile().leftOut())
        .containsOnlyKeys("Resource shop/shop-api", "Resource payments/squatter");
  }

  @ParameterizedTest
  @CsvSource({
    "'{owner: a@b, audience: x, scopes: [''not a scope'']}', ''",
    "'{owner: a@b, audience: x, scopes: [read], maxLifetme: 5m}', ''",
    "'{audience: x}', 'more than 64 KiB are not read'",
  })
  void nobodyAddressesTheAudienceOfAResourceThatIsBroken(String spec, String objection)
      throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "shop/shop-api", spec, objection)
            .with(GRANT, "payments/poses", jwtSvid("x"))
            .with(GRANT, "shop/own", jwtSvid("x").replace("ns/payments", "ns/shop"));
    assertThat(cluster.compile().leftOut())
        .containsOnlyKeys("Resource shop/shop-api", "Grant payments/poses");
    assertThat(cluster.sentence("Grant payments/poses"))
        .isEqualTo(
            "spec.issue.jwtSvid.audiences[0]: audience \"x\" is not this namespace's to ask for");
  }

  @ParameterizedTest
  @CsvSource({
    "https://mintmark.example.org",
    "https://mintmark.example.org/oauth2/token",
    "https://vault.example.org",
    "https://shop.example.org/till",
  })
  void nobodyAddressesTheBrokerThePlatformOrWhatIsLeftToAnother(String audience)
      throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .folder(Cluster.OWN.replace("[\"*\"]", "['https://{namespace}.example.org/*']"))
            .with(GRANT, "payments/poses", jwtSvid(audience))
            .with(GRANT, "payments/own", jwtSvid("https://payments.example.org/ledger"))
            .with(GRANT, "payments/free", jwtSvid("elsewhere"));
    assertThat(cluster.compile().leftOut()).containsOnlyKeys("Grant payments/poses");
  }

  @ParameterizedTest
  @CsvSource({
    "https://{namespace}.example.org/*, https://pay.example.org/a/b, pay, true",
    "https://{namespace}.example.org/*, https://payments.example.org/a, pay, false",
    "https://{namespace}.example.org/*, https://pay.example.org, pay, false",
    "https://{namespace}.example.org/*, https://pay.example.org.evil/, pay, false",
    "https://{namespace}.example.org/*, https://a.pay.example.org/, pay, false",
    "https://api.example.org/{namespace}/*, https://api.example.org/pay/x, pay, true",
    "https://api.example.org/{namespace}/*, https://api.example.org/pay-b/x, pay, false",
    "https://api.example.org/{namespace}/*, https://api.example.org/pay, pay, false",
    "{namespace}, pay, pay, true",
    "{namespace}, payx, pay, false",
    "ns-{namespace}-api, ns-pay-api, pay, true",
    "ns-{namespace}-api, ns-pay-api-api, pay, false",
    "*, anything, pay, true",
  })
  void aResourceHasTheAudiencesThatThePlatformLeavesToItsNamespace(
      String pattern, String audience, String namespace, boolean allowed) throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .folder(Cluster.OWN.replace("*", pattern))
            .with(
                RESOURCE,
                namespace + "/r",
                "{owner: a@b, scopes: [x], audience: '" + audience + "'}");
    assertThat(cluster.sentence("Resource " + namespace + "/r"))
        .isEqualTo(
            allowed
                ? ""
                : "spec.audience: audience \"%s\" is not one of namespace \"%s\""
                    .formatted(audience, namespace));
  }

  @ParameterizedTest
  @CsvSource({
    "https://{namespace}*", "{namespace}-*", "https://example.org/*", "{namespace}/{namespace}",
    "{pod}/{namespace}", "https://*.{namespace}/", "''", "{namespace}/*/x"
  })
  void aPatternThatDoesNotTellNamespacesApartIsRefused(String pattern) {
    assertThatThrownBy(() -> new Cluster().folder(Cluster.OWN.replace("*", pattern)))
        .hasMessageContaining("namespaceAudiences");
  }

  @Test
  void withoutAWordOfThePlatformNoAudienceIsANamespaces() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .folder(Cluster.OWN.replace("namespaceAudiences: [\"*\"]", ""))
            .with(RESOURCE, "payments/ledger-api", LEDGER);
    assertThat(cluster.sentence("Resource payments/ledger-api"))
        .contains("has no namespaceAudiences, so no audience is a namespace's");
    assertThat(
            new Cluster(null)
                .with(RESOURCE, "payments/ledger-api", LEDGER)
                .sentence("Resource payments/ledger-api"))
        .contains("no Issuer document is for the service accounts of this cluster");
  }

  @Test
  void twoNamespacesMayUseOneName() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .with(RESOURCE, "payments/ledger-api", LEDGER)
            .with(RESOURCE, "shop/ledger-api", LEDGER.replace("ledger.", "shop."))
            .with(GRANT, "payments/reads", GRANT_OF_TOKENS)
            .with(GRANT, "shop/reads", GRANT_OF_TOKENS);
    assertThat(cluster.compile().leftOut()).isEmpty();
  }

  @Test
  void aNamespaceOfAnotherClusterHasNothingToSayOfTheSameNameHere() throws DocumentErrors {
    Cluster cluster =
        new Cluster("https://oidc.staging.example.org")
            .with(
                WORKLOAD,
                "payments/w",
                "{owner: a@b, id: 'spiffe://prod.example.org/ns/payments/sa/orders'}");
    assertThat(cluster.sentence("Workload payments/w"))
        .contains("no Issuer document is for the service accounts of this cluster");
    assertThat(
            new Cluster(null)
                .with(WORKLOAD, "a/w", "{owner: a@b, id: 'spiffe://a/b'}")
                .sentence("Workload a/w"))
        .contains("no Issuer document is for the service accounts of this cluster");
  }

  @Test
  void anIssuerThatDoesNotTellNamespacesApartGivesThemNoIdentities() throws DocumentErrors {
    Cluster cluster =
        new Cluster()
            .folder(Cluster.OWN.replace("/ns/{namespace}", "/{node}"))
            .with(
                WORKLOAD,
                "payments/w",
                "{owner: a@b, id: 'spiffe://prod.example.org/payments/sa/orders'}");
    assertThat(cluster.sentence("Workload payments/w")).contains("has no {namespace}");
  }

  @Test
  void anIssuerThatIsACustomResourceCountsAndNamesNoFiles() throws DocumentErrors {
    String issuer =
        "{type: kubernetes, issuer: 'https://oidc.prod.example.org', identity:"
            + " 'spiffe://prod.example.org/k8s-{namespace}/{serviceaccount}'%s}";
    Cluster cluster =
        new Cluster()
            .folder("")
            .with(ISSUER, "own", issuer.formatted(""))
            .with(WORKLOAD, "a/w", "{owner: a@b, id: 'spiffe://prod.example.org/k8s-a/x'}");
    assertThat(cluster.compile().leftOut()).isEmpty();
    for (String file :
        new String[] {"tokenFile: /etc/passwd", "jwks: {file: a}", "tls: {caFile: a}"}) {
      Cluster reading = new Cluster().folder("").with(ISSUER, "x", issuer.formatted(", " + file));
      assertThat(reading.sentence("Issuer x")).contains("a custom resource names no files");
    }
  }

  private static String jwtSvid(String audience) {
    return "{owner: a@b, evidence: [kubernetes], workload:"
        + " 'spiffe://prod.example.org/ns/payments/sa/orders', issue: {jwtSvid: {audiences: ['"
        + audience
        + "']}}}";
  }
}
