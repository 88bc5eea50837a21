package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are open, and what is made of what they say. */
class RequestKindTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:05Z");
  private final PodCertificates pods = new PodCertificates();
  private final SigningRequests signing = new SigningRequests();

  @Test
  void aPodsRequestIsEvidenceOfItsServiceAccountPodAndNode() {
    Request.Wanted wanted = (Request.Wanted) pods.read(Objects.podCertificateRequest(), NOW);
    assertThat(wanted.evidence().kind()).isEqualTo(EvidenceKind.POD_CERTIFICATE);
    assertThat(wanted.evidence().facts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "namespace", "payments",
                "serviceaccount", "orders",
                "serviceaccount_uid", "s-1",
                "pod", "orders-1",
                "pod_uid", "p-1",
                "node", "n-1",
                "node_uid", "n-2"));
    assertThat(wanted.key()).isEqualTo(Objects.KEY.getPublic());
    assertThat(wanted.lifetime()).isEqualTo(Duration.ofSeconds(86_370));
  }

  @Test
  void anApprovedRequestIsEvidenceOfWhoMadeItAndNotOfTheNameInIt() {
    Request.Wanted wanted = (Request.Wanted) signing.read(Objects.signingRequest(), NOW);
    assertThat(wanted.evidence().kind()).isEqualTo(EvidenceKind.KUBERNETES_CSR);
    assertThat(wanted.evidence().facts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "namespace", "payments",
                "serviceaccount", "orders",
                "serviceaccount_uid", "s-1",
                "pod", "orders-1",
                "pod_uid", "p-1"));
    assertThat(wanted.lifetime()).isEqualTo(Duration.ofSeconds(1170));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/stubPKCS10Request|-|CSR_MALFORMED",
        "/spec/stubPKCS10Request|7|CSR_MALFORMED",
        "/spec/stubPKCS10Request|\"%%%\"|CSR_MALFORMED",
        "/spec/stubPKCS10Request|\"Z2FyYmFnZQ==\"|CSR_MALFORMED",
        "/spec/unverifiedUserAnnotations|{\"example.org/a\":\"b\"}|REQUEST_MALFORMED",
        "/spec/podUID|-|EVIDENCE_MALFORMED",
        "/spec/podUID|\"\"|EVIDENCE_MALFORMED",
        "/spec/podName|{}|EVIDENCE_MALFORMED",
        "/spec/serviceAccountName|null|EVIDENCE_MALFORMED",
        "/spec/serviceAccountUID|-|EVIDENCE_MALFORMED",
        "/spec/nodeName|-|EVIDENCE_MALFORMED",
        "/spec/nodeUID|[]|EVIDENCE_MALFORMED",
        "/metadata/namespace|-|EVIDENCE_MALFORMED",
        "/metadata/creationTimestamp|-|EVIDENCE_MALFORMED",
        "/metadata/creationTimestamp|\"yesterday\"|EVIDENCE_MALFORMED",
        "/spec/maxExpirationSeconds|-|EVIDENCE_MALFORMED",
        "/spec/maxExpirationSeconds|0|EVIDENCE_MALFORMED",
        "/spec/maxExpirationSeconds|-5|EVIDENCE_MALFORMED",
        "/spec/maxExpirationSeconds|3599|EVIDENCE_MALFORMED",
        "/spec/maxExpirationSeconds|\"long\"|EVIDENCE_MALFORMED"
      })
  void aPodsRequestThatLacksSomethingIsUnfit(String pointer, String json, Reason reason) {
    Request read = pods.read(Objects.with(Objects.podCertificateRequest(), pointer, json), NOW);
    assertThat(read).isInstanceOf(Request.Unfit.class);
    assertThat(((Request.Unfit) read).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/username|\"system:admin\"|EVIDENCE_MALFORMED",
        "/spec/username|\"system:node:n-1\"|EVIDENCE_MALFORMED",
        "/spec/username|\"system:serviceaccount:payments\"|EVIDENCE_MALFORMED",
        "/spec/username|\"system:serviceaccount:payments:orders:more\"|EVIDENCE_MALFORMED",
        "/spec/username|\"system:serviceaccount::orders\"|EVIDENCE_MALFORMED",
        "/spec/username|\"system:serviceaccount:payments:\"|EVIDENCE_MALFORMED",
        "/spec/username|\" system:serviceaccount:payments:orders\"|EVIDENCE_MALFORMED",
        "/spec/username|-|EVIDENCE_MALFORMED",
        "/spec/uid|-|EVIDENCE_MALFORMED",
        "/spec/uid|\"\"|EVIDENCE_MALFORMED",
        "/spec/usages|-|REQUEST_MALFORMED",
        "/spec/usages|[]|REQUEST_MALFORMED",
        "/spec/usages|[\"client auth\"]|REQUEST_MALFORMED",
        "/spec/usages|[\"digital signature\",\"client auth\"]|REQUEST_MALFORMED",
        "/spec/usages|[\"digital signature\",\"client auth\",\"server auth\",\"cert"
            + " sign\"]|REQUEST_MALFORMED",
        "/spec/usages|[\"digital signature\",\"client auth\",\"server"
            + " auth\",\"any\"]|REQUEST_MALFORMED",
        "/spec/request|-|CSR_MALFORMED",
        "/spec/request|\"Z2FyYmFnZQ==\"|CSR_MALFORMED",
        "/metadata/creationTimestamp|-|EVIDENCE_MALFORMED",
        "/metadata/creationTimestamp|7|EVIDENCE_MALFORMED"
      })
  void anApprovedRequestThatLacksSomethingIsUnfit(String pointer, String json, Reason reason) {
    Request read = signing.read(Objects.with(Objects.signingRequest(), pointer, json), NOW);
    assertThat(read).isInstanceOf(Request.Unfit.class);
    assertThat(((Request.Unfit) read).reason()).isEqualTo(reason);
  }

  @Test
  void aKeyWhosePossessionIsNotShownIsRefused() {
    byte[] der = java.util.Base64.getDecoder().decode(Objects.csr());
    der[der.length - 1] ^= 1;
    String changed = java.util.Base64.getEncoder().encodeToString(der);
    ObjectNode request =
        Objects.with(
            Objects.podCertificateRequest(), "/spec/stubPKCS10Request", "\"" + changed + "\"");
    assertThat(pods.read(request, NOW))
        .isInstanceOfSatisfying(
            Request.Unfit.class,
            unfit -> assertThat(unfit.reason()).isEqualTo(Reason.CSR_MALFORMED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/signerName|\"mintmark.io/other\"",
        "/spec/signerName|-",
        "/metadata/deletionTimestamp|\"2026-11-22T12:00:00Z\"",
        "/status|{\"certificateChain\":\"x\"}",
        "/status|{\"conditions\":[{\"type\":\"Denied\",\"status\":\"True\"}]}",
        "/status|{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\"}]}",
        "/status|{\"conditions\":[{\"type\":\"Issued\",\"status\":\"True\"}]}"
      })
  void aPodsRequestThatIsServedOrNotForUsIsLeftAlone(String pointer, String json) {
    assertThat(pods.isOpen(Objects.podCertificateRequest())).isTrue();
    assertThat(pods.isOpen(Objects.with(Objects.podCertificateRequest(), pointer, json))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/signerName|\"kubernetes.io/kube-apiserver-client\"",
        "/metadata/deletionTimestamp|\"2026-11-22T12:00:00Z\"",
        "/status|-",
        "/status|{\"conditions\":[]}",
        "/status|{\"conditions\":[{\"type\":\"Approved\",\"status\":\"False\"}]}",
        "/status|{\"conditions\":[{\"type\":\"Denied\",\"status\":\"True\"}]}",
        "/status|{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"},{\"type\":\"Failed\"}]}",
        "/status|{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"},{\"type\":\"Denied\"}]}",
        "/status|{\"certificate\":\"x\",\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"}]}"
      })
  void aRequestThatNobodyApprovedIsLeftAlone(String pointer, String json) {
    assertThat(signing.isOpen(Objects.signingRequest())).isTrue();
    assertThat(signing.isOpen(Objects.with(Objects.signingRequest(), pointer, json))).isFalse();
  }

  @Test
  void aRefusalIsAConditionThatTheApiKnows() {
    assertThat(pods.refused(Objects.podCertificateRequest(), Reason.CSR_KEY, "no", NOW).toString())
        .isEqualTo(
            "{\"conditions\":[{\"type\":\"Denied\",\"status\":\"True\",\"reason\":"
                + "\"UnsupportedKeyType\",\"message\":\"no\","
                + "\"lastTransitionTime\":\"2026-11-22T12:00:05Z\"}]}");
    ObjectNode failed = signing.refused(Objects.signingRequest(), Reason.NO_GRANT, "no", NOW);
    assertThat(failed.at("/conditions/0/type").asText()).isEqualTo("Approved");
    assertThat(failed.at("/conditions/1/type").asText()).isEqualTo("Failed");
    assertThat(failed.at("/conditions/1/reason").asText()).isEqualTo("NoGrant");
  }

  @Test
  void everyReasonIsAWordThatConditionsMayHave() {
    assertThat(Arrays.stream(Reason.values()).map(Status::camelCase))
        .allMatch(word -> word.matches("[A-Za-z][A-Za-z0-9]*"));
  }

  /** What Go's crypto makes by default, which kubelets before 1.36 send. */
  @ParameterizedTest
  @CsvSource({
    "ES256, SHA256withECDSA, 0",
    "EDDSA, Ed25519, 0",
    "PS256, RSASSA-PSS, 32",
    "PS256, RSASSA-PSS, -1"
  })
  void aBareKeyIsTakenWithTheSignatureOfThePodsUid(
      SignatureAlgorithm type, String algorithm, int salt) throws Exception {
    KeyPair key = Crypto.generate(type);
    Request read = pods.read(bare(key, "p-1", algorithm, salt), NOW);
    assertThat(read)
        .isInstanceOfSatisfying(
            Request.Wanted.class, wanted -> assertThat(wanted.key()).isEqualTo(key.getPublic()));
    assertThat(pods.read(bare(key, "p-2", algorithm, salt), NOW))
        .isInstanceOfSatisfying(
            Request.Unfit.class,
            unfit -> assertThat(unfit.detail()).contains("proof of possession"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"AAAA\"", "7", "\"MAMCAQE=\""})
  void aBareKeyThatIsNoneIsUnfit(String key) throws Exception {
    ObjectNode request =
        Objects.with(bare(Objects.KEY, "p-1", "SHA256withECDSA", 0), "/spec/pkixPublicKey", key);
    assertThat(pods.read(request, NOW)).isInstanceOf(Request.Unfit.class);
    ObjectNode both = Objects.podCertificateRequest();
    Objects.with(both, "/spec/pkixPublicKey", "\"AAAA\"");
    assertThat(pods.read(both, NOW)).isInstanceOf(Request.Unfit.class);
  }

  private static ObjectNode bare(KeyPair key, String text, String algorithm, int salt)
      throws Exception {
    Signature signature = Signature.getInstance(algorithm);
    if (algorithm.equals("RSASSA-PSS")) {
      int bits = ((RSAKey) key.getPublic()).getModulus().bitLength();
      int length = salt < 0 ? (bits + 6) / 8 - 34 : salt;
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, length, 1));
    }
    signature.initSign(key.getPrivate());
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    ObjectNode request = Objects.podCertificateRequest();
    ((ObjectNode) request.path("spec"))
        .put("pkixPublicKey", key.getPublic().getEncoded())
        .put("proofOfPossession", signature.sign())
        .remove("stubPKCS10Request");
    return Objects.json(request.toString());
  }
}
