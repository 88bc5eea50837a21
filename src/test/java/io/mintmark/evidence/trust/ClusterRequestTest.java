package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.Evidence;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an API server attests in requests for certificates, and documents that take it. */
class ClusterRequestTest {
  private final World world = new World();

  private static String issuer(String name, String more) {
    return document(
        "Issuer",
        name,
        """
        type: kubernetes
        issuer: https://%s.example.org
        review: never
        identity: spiffe://%s/ns/{namespace}/sa/{serviceaccount}
        %s
        """
            .formatted(name, World.OWN, more));
  }

  private static Evidence.ClusterRequest request(String... facts) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("namespace", "payments", "serviceaccount", "orders", "pod_uid", "p-1"));
    for (int i = 0; i < facts.length; i += 2) {
      all.put(facts[i], facts[i + 1]);
    }
    return new Evidence.ClusterRequest(
        EvidenceKind.POD_CERTIFICATE, all, "00", NOW.minusSeconds(5), Duration.ofHours(24));
  }

  @Test
  void aRequestProvesTheIdentityOfTheDocumentThatTakesIt() {
    TrustAttestor attestor =
        world.attestor(
            documents(
                issuer("other", ""), issuer("own", "certificateRequests: [pod-certificate]")));
    AttestedWorkload workload = attested(attestor, request());
    assertThat(workload.id().uri()).isEqualTo("spiffe://broker.example.org/ns/payments/sa/orders");
    assertThat(workload.kind()).isEqualTo(EvidenceKind.POD_CERTIFICATE);
    assertThat(workload.issuer()).isEqualTo("https://own.example.org");
    assertThat(workload.expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(24)));
    assertThat(workload.attributes()).containsEntry("pod_uid", "p-1");
    assertThat(attestor.mayWait(request())).isFalse();
    assertThat(attestor.attestAtOnce(request(), NOW)).isEqualTo(attestor.attest(request(), NOW));
  }

  @ParameterizedTest
  @CsvSource({"''", "certificateRequests: [kubernetes-csr]"})
  void whatNoDocumentTakesIsBelievedByNobody(String more) {
    assertThat(refused(world.attestor(issuer("own", more)), request()).reason())
        .isEqualTo(Reason.ISSUER_NOT_TRUSTED);
  }

  @Test
  void theAgeOfARequestCountsLikeATokens() {
    String yaml = issuer("own", "certificateRequests: [pod-certificate]\nmaxAge: 5s");
    assertThat(refused(world.attestor(yaml), request()).reason())
        .isEqualTo(Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void pinsOnClaimsThatARequestCannotHaveAreNotMet() {
    String yaml = issuer("own", "certificateRequests: [pod-certificate]\nrequire: {sub: somebody}");
    assertThat(refused(world.attestor(yaml), request()).reason()).isEqualTo(Reason.PIN_NOT_MET);
  }

  @ParameterizedTest
  @CsvSource({
    "namespace, 'payments/sa/admin'",
    "namespace, '..'",
    "serviceaccount, ''",
    "serviceaccount, 'a b'"
  })
  void aNameThatIsNoSegmentProvesNothing(String fact, String value) {
    TrustAttestor attestor =
        world.attestor(issuer("own", "certificateRequests: [pod-certificate]"));
    assertThat(refused(attestor, request(fact, value)).reason())
        .isEqualTo(Reason.IDENTITY_MALFORMED);
  }

  @Test
  void aRequestIsBoundToNoCertificateOfACaller() {
    TrustAttestor attestor =
        world.attestor(issuer("own", "certificateRequests: [pod-certificate]"));
    Evidence bound = new Evidence.Bound(request(), new Evidence.X509Svid(List.of()));
    assertThat(refused(attestor, bound).reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "certificateRequests: [] | certificateRequests",
        "certificateRequests: [kubernetes] | certificateRequests",
        "certificateRequests: [pod-certificate, pod-certificate] | certificateRequests",
        "certificateRequests: pod-certificate | certificateRequests"
      })
  void whatIsNoRequestIsRefusedByItsField(String more, String word) {
    assertThat(world.compile(issuer("own", more)))
        .isInstanceOf(TrustCompilation.Broken.class)
        .asString()
        .contains(word);
  }

  @Test
  void twoDocumentsThatTakeTheSameRequestsAreRefused() {
    String both =
        documents(
            issuer("one", "certificateRequests: [pod-certificate]"),
            issuer("two", "certificateRequests: [pod-certificate]"));
    assertThat(world.compile(both)).asString().contains("are already those of \"one\"");
  }

  @Test
  void anotherClustersApiServerIsNotWhereRequestsAreRead() {
    String yaml =
        issuer(
                "own",
                "certificateRequests: [pod-certificate]\n"
                    + "apiServer: {url: https://k.example.org, tokenFile: t}")
            .replace("review: never", "review: always");
    assertThat(world.compile(yaml)).asString().contains("not of apiServer");
  }

  @Test
  void anIssuerOfAnotherTypeHoldsNoRequests() {
    String yaml =
        document(
            "Issuer",
            "ci",
            "type: oidc\nissuer: https://ci.example.org\nidentity: spiffe://a.org/{claim:sub}\n"
                + "certificateRequests: [pod-certificate]");
    assertThat(world.compile(yaml)).asString().contains("is no request that issuers of type oidc");
  }
}
