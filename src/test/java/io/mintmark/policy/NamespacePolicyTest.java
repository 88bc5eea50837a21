package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.documents.ObjectReader;
import io.mintmark.documents.Problem;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What namespaces' documents give, and who keeps what two of them claim. */
final class NamespacePolicyTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String ORDERS = "spiffe://broker.example.org/ns/payments/sa/orders";
  private static final String ISSUER =
      """
      ---
      apiVersion: mintmark.io/v1
      kind: Issuer
      metadata: {name: cluster}
      spec:
        type: kubernetes
        issuer: https://oidc.example.org
        identity: spiffe://broker.example.org/ns/{namespace}/sa/{serviceaccount}
        namespaceAudiences: ["*"]
      """;
  private static final String RESOURCE = "{owner: a@b, scopes: [read], audience: '%s'}";
  private static final String GRANT =
      "{owner: a@b, evidence: [kubernetes], workload: '" + ORDERS + "', issue: {%s}}";

  @Test
  void whatANamespaceGrantsItsWorkloadsTheyAreGiven() throws Exception {
    Policy policy =
        compiled(
            documents(
                ISSUER,
                document(
                    Kind.WORKLOAD,
                    "payments/orders",
                    "{owner: a@b, id: '" + ORDERS + "', environment: prod}"),
                document(Kind.RESOURCE, "payments/ledger", RESOURCE.formatted(LEDGER)),
                document(
                    Kind.GRANT,
                    "payments/all",
                    GRANT
                        .formatted(
                            "accessToken: {resource: ledger, scopes: [read]}, jwtSvid: {audiences:"
                                + " [other, '"
                                + LEDGER
                                + "']}, x509Svid: {dnsNames: [a.payments.svc], subject:"
                                + " {commonName: b.payments.svc.cluster.local}}")
                        .replace("issue:", "when: 'workload.environment == \"prod\"', issue:"))));

    assertThat(granted(policy, Given.token(LEDGER)).grants()).containsExactly("payments/all");
    assertThat(granted(policy, Given.jwtSvid("other", LEDGER)).terms())
        .isInstanceOfSatisfying(
            Decision.JwtSvid.class, terms -> assertThat(terms.id()).hasToString(ORDERS));
    assertThat(granted(policy, Given.x509Svid()).terms())
        .isInstanceOfSatisfying(
            Decision.X509Svid.class,
            terms -> {
              assertThat(terms.id()).hasToString(ORDERS);
              assertThat(terms.dnsNames()).containsExactly("a.payments.svc");
              assertThat(terms.commonName()).isEqualTo("b.payments.svc.cluster.local");
            });
  }

  @Test
  void identitiesOfAnotherDomainGetNoSvidFromANamespace() throws Exception {
    String issuer = ISSUER.replace("spiffe://broker.", "spiffe://prod.");
    Document grant =
        document(
            Kind.GRANT,
            "payments/x",
            GRANT.formatted("x509Svid: {}").replace("spiffe://broker.", "spiffe://prod."));
    assertThat(said(documents(issuer, grant)))
        .containsExactly(
            "Grant payments/x spec.issue.x509Svid: error: SVIDs are struck only in the broker's"
                + " trust domain \"broker.example.org\", and only the platform can give an identity"
                + " there to those of namespace \"payments\", which are"
                + " spiffe://prod.example.org/ns/payments/sa/*");
  }

  @Test
  void thePlatformKeepsItsAudienceWhereverItsDocumentStands() throws Exception {
    Document claims = document(Kind.RESOURCE, "payments/ledger", RESOURCE.formatted(LEDGER));
    List<Document> all = new ArrayList<>(List.of(claims));
    all.addAll(load(ISSUER + Given.resource("zz", "").replace("https://zz.", "https://ledger.")));
    assertThat(said(set(all)))
        .containsExactly(
            "Resource payments/ledger spec.audience: error: audience \""
                + LEDGER
                + "\" is that of resource \"zz\" already");
  }

  @Test
  void ofTwoNamespacesTheFirstKeepsItsAudienceWhateverTheyAreCalled() throws Exception {
    Document shop = document(Kind.RESOURCE, "shop/ledger", RESOURCE.formatted(LEDGER));
    Document payments = document(Kind.RESOURCE, "payments/ledger", RESOURCE.formatted(LEDGER));
    assertThat(said(documents(ISSUER, shop, payments)))
        .singleElement()
        .asString()
        .startsWith("Resource payments/ledger spec.audience: error: ");
    assertThat(said(documents(ISSUER, payments, shop)))
        .singleElement()
        .asString()
        .startsWith("Resource shop/ledger spec.audience: error: ");
  }

  @Test
  void whatIsLeftOutForAFaultOfItsOwnKeepsNobodyElseOut() throws Exception {
    String spec = "{owner: a@b, id: '" + ORDERS + "'}";
    assertThat(
            said(
                documents(
                    ISSUER,
                    document(Kind.WORKLOAD, "shop/orders", spec),
                    document(Kind.WORKLOAD, "payments/orders", spec))))
        .singleElement()
        .asString()
        .startsWith("Workload shop/orders spec.id: error: ");
    assertThat(
            said(
                documents(
                    ISSUER,
                    document(
                        Kind.WORKLOAD,
                        "payments/dated",
                        spec.replace("}", ", reviewBy: '2027-02-30'}")),
                    document(Kind.WORKLOAD, "payments/orders", spec))))
        .singleElement()
        .asString()
        .startsWith("Workload payments/dated spec.reviewBy: error: ");
  }

  /** Else a namespace could break the platform's guardrail by what it deletes. */
  @Test
  void aGuardrailForANamespacesResourceThatIsGoneIsAWarning() throws Exception {
    String guardrails =
        IntStream.range(0, 25)
            .mapToObj(n -> Given.guardrail("g" + n, "'true'", "match: {resource: payments/r}"))
            .collect(Collectors.joining());
    assertThat(Policy.compile(set(load(guardrails)), Given.CONTEXT))
        .isInstanceOfSatisfying(
            Compilation.Compiled.class,
            compiled ->
                assertThat(compiled.warnings())
                    .hasSize(25)
                    .allSatisfy(
                        warning -> {
                          assertThat(warning.message())
                              .isEqualTo("resource \"payments/r\" has no document");
                          assertThat(warning.severity()).isEqualTo(Problem.Severity.WARNING);
                          assertThat(warning.cause()).isEqualTo(Problem.Cause.MISSING);
                        }));
  }

  private static Decision.Grant granted(Policy policy, Ask ask) {
    AttestedWorkload workload =
        Given.attested(ORDERS, EvidenceKind.KUBERNETES, NOW.plusSeconds(60), null, false, Map.of());
    return switch (policy.decide(workload, ask, NOW)) {
      case Decision.Grant grant -> grant;
      case Decision.Denial denial -> throw new AssertionError(denial.toString());
    };
  }

  private static Policy compiled(DocumentSet documents) {
    return switch (Policy.compile(documents, context())) {
      case Compilation.Compiled(var policy, var _) -> policy;
      case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static List<String> said(DocumentSet documents) {
    return switch (Policy.compile(documents, context())) {
      case Compilation.Compiled(var _, var warnings) ->
          throw new AssertionError("compiles, with " + warnings);
      case Compilation.Rejected(var problems) -> problems.stream().map(Problem::toString).toList();
    };
  }

  private static PolicyContext context() {
    return Given.CONTEXT.ofCluster("https://oidc.example.org");
  }

  private static DocumentSet documents(String platform, Document... namespaces) throws Exception {
    List<Document> all = new ArrayList<>(load(platform));
    all.addAll(List.of(namespaces));
    return set(all);
  }

  private static Document document(Kind kind, String where, String spec) throws Exception {
    int slash = where.indexOf('/');
    return ObjectReader.read(
        kind, where.substring(0, slash), where.substring(slash + 1), YAML.readTree(spec));
  }

  private static List<Document> load(String yaml) throws Exception {
    return Documents.parse("platform.yaml", yaml).load().documents();
  }

  private static DocumentSet set(List<Document> documents) {
    return new DocumentSet(
        documents,
        (document, pointer, path) -> {
          throw new AssertionError(path);
        },
        "-".repeat(64));
  }
}
