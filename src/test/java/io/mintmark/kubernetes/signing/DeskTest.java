package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.EvidenceKind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests decided by real trust, policy, keys and record. */
class DeskTest {
  private static final Duration OLD = Duration.ofHours(1);

  private static Desk.Answer decided(Office office, RequestKind kind, ObjectNode request) {
    return decided(office, kind, request, Desk.SETTLING);
  }

  private static Desk.Answer decided(
      Office office, RequestKind kind, ObjectNode request, Duration waited) {
    try {
      return office.desk.decide(kind, request, waited);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate leaf(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @ValueSource(ints = {3600, 86_400})
  void aPodsCertificateLivesAsLongAsTheRequestAllowsAndSaysSo(int seconds) throws Exception {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), OLD);
    Desk.Answer answer =
        decided(
            office,
            new PodCertificates(),
            Objects.with(
                Objects.podCertificateRequest(),
                "/spec/maxExpirationSeconds",
                Integer.toString(seconds)));
    assertThat(answer.issued()).isTrue();
    ObjectNode status = answer.status();
    X509Certificate leaf = leaf(status.path("certificateChain").asText());
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactly(List.of(6, "spiffe://broker.example.org/ns/payments/sa/orders"));
    assertThat(leaf.getPublicKey()).isEqualTo(Objects.KEY.getPublic());
    assertThat(status.path("notBefore").asText()).isEqualTo("2026-11-22T11:59:35Z");
    assertThat(status.path("notAfter").asText())
        .isEqualTo(leaf.getNotAfter().toInstant().toString());
    assertThat(Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
        .isEqualTo(Duration.ofSeconds(seconds));
    assertThat(status.path("beginRefreshAt").asText())
        .isEqualTo(leaf.getNotBefore().toInstant().plusSeconds(seconds * 2L / 3).toString());
    assertThat(status.at("/conditions/0/type").asText()).isEqualTo("Issued");
    assertThat(office.records)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.outcome()).isEqualTo("minted");
              assertThat(line.evidence().kind()).isEqualTo(EvidenceKind.POD_CERTIFICATE);
              assertThat(line.evidence().issuer()).isEqualTo("https://cluster.example.org");
              assertThat(line.grants()).containsExactly("orders");
            });
  }

  @Test
  void anApprovedRequestGetsItsChainAndKeepsItsConditions() throws Exception {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), OLD);
    Desk.Answer answer = decided(office, new SigningRequests(), Objects.signingRequest());
    String pem =
        new String(
            Base64.getDecoder().decode(answer.status().path("certificate").asText()),
            StandardCharsets.US_ASCII);
    assertThat(leaf(pem).getSubjectX500Principal().getName()).isEqualTo("O=Mintmark");
    assertThat(leaf(pem).getNotAfter().toInstant()).isEqualTo(Office.NOW.plusSeconds(1170));
    assertThat(answer.status().at("/conditions/0/type").asText()).isEqualTo("Approved");
  }

  @Test
  void whatPolicyRefusesIsDeniedWithTheReasonAndNoMore() {
    Office office = new Office(Office.CLUSTER + Office.grant("other", "24h"), OLD);
    Desk.Answer answer = decided(office, new PodCertificates(), Objects.podCertificateRequest());
    assertThat(answer.status().at("/conditions/0/type").asText()).isEqualTo("Denied");
    assertThat(answer.status().at("/conditions/0/reason").asText()).isEqualTo("NoGrant");
    assertThat(answer.status().at("/conditions/0/message").asText())
        .isEqualTo(
            "mintmark gives no certificate: no-grant (decision "
                + office.records.getFirst().decisionId()
                + ")");
    assertThat(answer.status().has("certificateChain")).isFalse();
  }

  @Test
  void aRequestThatNamesAnotherPodThanThereIsGetsNothing() {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), OLD);
    office.contradiction = "there is no pod \"orders-1\"";
    for (RequestKind kind : List.of(new PodCertificates(), new SigningRequests())) {
      ObjectNode request =
          kind instanceof PodCertificates
              ? Objects.podCertificateRequest()
              : Objects.signingRequest();
      ObjectNode status = decided(office, kind, request).status();
      assertThat(status.at("/conditions").toString())
          .contains("EvidenceRevoked")
          .contains("there is no pod");
      assertThat(status.has("certificateChain") || status.has("certificate")).isFalse();
    }
    assertThat(office.records).allMatch(line -> line.reason().equals("evidence-revoked"));
  }

  @Test
  void policysNoIsNotFinalWhileTheGrantMayBeOnItsWay() {
    Office office = new Office(Office.CLUSTER + Office.grant("other", "24h"), OLD);
    ObjectNode request = Objects.podCertificateRequest();
    Desk.Answer early = decided(office, new PodCertificates(), request, Duration.ofSeconds(2));
    assertThat(early.status()).isNull();
    assertThat(early.pause()).hasSeconds(8);
    office.say(Office.CLUSTER + Office.grant("orders", "24h"));
    assertThat(decided(office, new PodCertificates(), request, Duration.ofSeconds(3)).issued())
        .isTrue();
  }

  @Test
  void policysNoIsNotFinalWhileDocumentsCannotBeWatched() {
    Office office = new Office(Office.CLUSTER + Office.grant("other", "24h"), OLD);
    office.policyIsCurrent = false;
    assertThat(
            decided(office, new PodCertificates(), Objects.podCertificateRequest(), OLD).status())
        .isNull();
    office.policyIsCurrent = true;
    assertThat(
            decided(office, new PodCertificates(), Objects.podCertificateRequest(), OLD).status())
        .isNotNull();
  }

  @Test
  void aGrantOfTooLittleIsDeniedAndTheRecordSaysThatNobodyGotIt() {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "10m"), OLD);
    Desk.Answer answer = decided(office, new PodCertificates(), Objects.podCertificateRequest());
    assertThat(answer.status().at("/conditions/0/message").asText())
        .contains("must live for an hour");
    assertThat(office.records.getLast().outcome()).isEqualTo("refused");
    assertThat(office.records.getLast().detail()).contains("is not handed out");
  }

  @Test
  void underAnAuthorityThatHasJustBegunAnHourIsTriedAgain() {
    // an authority of our own begins three hours before it was made
    Duration tenSeconds = Duration.ofHours(-3).plusSeconds(10);
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), tenSeconds);
    ObjectNode request =
        Objects.with(Objects.podCertificateRequest(), "/spec/maxExpirationSeconds", "3600");
    assertThat(decided(office, new PodCertificates(), request).pause()).hasSeconds(30);
  }

  @Test
  void withoutARecordThereIsNeitherCertificateNorRefusal() {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), OLD);
    office.ledgerFails = true;
    assertThat(decided(office, new PodCertificates(), Objects.podCertificateRequest()))
        .isEqualTo(Desk.Answer.LATER);
    ObjectNode unfit = Objects.with(Objects.podCertificateRequest(), "/spec/podUID", "-");
    assertThat(decided(office, new PodCertificates(), unfit)).isEqualTo(Desk.Answer.LATER);
  }

  @Test
  void noDocumentThatTakesSuchRequestsIsNoReasonToDenyPodsForGood() {
    Office office =
        new Office(
            Office.CLUSTER.replace("[pod-certificate, kubernetes-csr]", "[kubernetes-csr]")
                + Office.grant("orders", "24h"),
            OLD);
    Desk.Answer answer = decided(office, new PodCertificates(), Objects.podCertificateRequest());
    assertThat(answer.status()).isNull();
    assertThat(answer.pause()).hasMinutes(10);
    assertThat(office.records.getFirst().reason()).isEqualTo("issuer-not-trusted");
  }

  @Test
  void aRequestOlderThanTokensMayBeIsDenied() {
    Office office =
        new Office(
            Office.CLUSTER.replace("review: never", "review: never\n  maxAge: 5s")
                + Office.grant("orders", "24h"),
            OLD);
    assertThat(
            decided(office, new PodCertificates(), Objects.podCertificateRequest())
                .status()
                .at("/conditions/0/reason")
                .asText())
        .isEqualTo("EvidenceExpired");
  }

  @ParameterizedTest
  @CsvSource({
    "/spec/serviceAccountName, '\"orders/../admin\"', IdentityMalformed",
    "/spec/serviceAccountName, '\"..\"', IdentityMalformed",
    "/metadata/namespace, '\"payments/sa/orders\"', IdentityMalformed",
    "/metadata/namespace, '\"staging\"', NoGrant",
    "/spec/unverifiedUserAnnotations, '{\"a.example/b\":\"c\"}', RequestMalformed"
  })
  void aNameThatWouldWidenAnIdentityIsDenied(String pointer, String json, String reason) {
    Office office = new Office(Office.CLUSTER + Office.grant("orders", "24h"), OLD);
    Desk.Answer answer =
        decided(
            office,
            new PodCertificates(),
            Objects.with(Objects.podCertificateRequest(), pointer, json));
    assertThat(answer.status().at("/conditions/0/reason").asText()).isEqualTo(reason);
    assertThat(office.records).hasSize(1);
  }
}
