package io.mintmark.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.api.Caller;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An operator's question changes nothing, and his own certificate answers none. */
final class ExplainEndpointTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final EvidenceSummary SUMMARY =
      new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64));
  private static final String BODY =
      "{\"evidence\":{\"kind\":\"KIND\",\"token\":\"x\"},\"resource\":\"https://ledger.example.org\"}";

  private final List<Evidence> examined = new ArrayList<>();
  private final List<String> record = new ArrayList<>();
  private Attestation.@Nullable Refused spent;

  @Test
  void explainingUsesNoProofUpAndLeavesTheOperatorsCertificateOut() throws Exception {
    JsonNode told = explain(BODY.replace("KIND", "jwt-svid"), 200);
    assertThat(examined).singleElement().isEqualTo(new Evidence.JwtSvid("x"));
    assertThat(told.path("single_use").asBoolean()).isTrue();
    assertThat(told.path("spent").isNull()).isTrue();
    assertThat(told.path("text").asText()).contains("did not use it up");
    assertThat(record.getFirst()).startsWith("done explained evidence 000").contains("/orders");
  }

  @Test
  void aProofThatWasUsedIsExplainedAllTheSameAndSaidToBeSpent() throws Exception {
    spent = new Attestation.Refused(Reason.EVIDENCE_REPLAYED, "the proof was used before", SUMMARY);
    JsonNode told = explain(BODY.replace("KIND", "jwt-svid"), 200);
    assertThat(told.path("reason").asText()).isEqualTo("resource-unknown");
    assertThat(told.path("spent").asText()).isEqualTo("the proof was used before");
    assertThat(told.path("text").asText()).contains("evidence-replayed");
  }

  @Test
  void theOperatorsOwnCertificateIsNobodysProof() throws Exception {
    JsonNode told = explain(BODY.replace("KIND", "x509-svid").replace(",\"token\":\"x\"", ""), 401);
    assertThat(told.path("error_description").asText()).contains("mintmark policy explain");
    assertThat(examined).isEmpty();
    assertThat(record.getFirst()).startsWith("refused evidence-certificate");
  }

  @Test
  void aKindOtherThanTheOneProvedIsRefusedAsAnExchangeWouldRefuseIt() throws Exception {
    JsonNode told = explain(BODY.replace("KIND", "github"), 200);
    assertThat(told.path("granted").asBoolean()).isFalse();
    assertThat(told.path("reason").asText()).isEqualTo("evidence-kind-not-accepted");
  }

  private JsonNode explain(String body, int status) throws Exception {
    ExplainEndpoint endpoint =
        new ExplainEndpoint(
            new Worlds(
                new World(
                    new Examiner(),
                    ((Compilation.Compiled)
                            io.mintmark.policy.Policy.compile(
                                Documents.parse("none", "").load(),
                                new PolicyContext(
                                    new TrustDomain("broker.example.org"), "https://localhost")))
                        .policy())),
            () -> NOW,
            new Kept());
    InetAddress here = InetAddress.getLoopbackAddress();
    Caller operator = new Caller(here, new Evidence.X509Svid(List.of()), null);
    HttpAnswer answer =
        endpoint.answer(
            body.getBytes(StandardCharsets.UTF_8),
            operator,
            new Act("d", Act.Action.EXPLAIN, null, here, null));
    assertThat(answer.status()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }

  private final class Examiner implements Attestor {
    @Override
    public boolean mayWait(Evidence evidence) {
      return false;
    }

    @Override
    public Attestation attest(Evidence evidence, Instant now) {
      throw new AssertionError("attesting uses a proof up");
    }

    @Override
    public Examination examine(Evidence evidence, Instant now) {
      examined.add(evidence);
      return new Examination(
          new Attestation.Attested(
              new AttestedWorkload(
                  WorkloadId.parse("spiffe://prod.example.org/orders"),
                  SUMMARY,
                  EvidenceKind.JWT_SVID,
                  "prod.example.org",
                  "prod",
                  Map.of(),
                  NOW,
                  NOW.plusSeconds(300),
                  null,
                  false)),
          true,
          spent);
    }
  }

  private final class Kept implements Acts {
    @Override
    public Act begin(Act.Action action, InetAddress source, @Nullable String traceparent) {
      throw new AssertionError("the call has begun");
    }

    @Override
    public void done(Act act, String detail) {
      record.add("done " + detail);
    }

    @Override
    public void refused(Act act, Reason reason, String detail) {
      record.add("refused " + reason.word() + " " + detail);
    }
  }
}
