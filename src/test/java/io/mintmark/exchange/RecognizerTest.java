package io.mintmark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.exchange.Recognizer.Recognition;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class RecognizerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final EvidenceSummary SUMMARY =
      new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64));
  private static final AttestedWorkload ORDERS =
      new AttestedWorkload(
          WorkloadId.parse("spiffe://prod.example.org/orders"),
          SUMMARY,
          EvidenceKind.JWT_SVID,
          "prod.example.org",
          "prod.example.org",
          Map.of(),
          NOW,
          NOW.plusSeconds(300),
          null,
          false);

  private final List<LedgerRecord> records = new ArrayList<>();
  private Attestation attestation = new Attestation.Attested(ORDERS);
  private boolean mayWait;
  private int examined;

  @Test
  void aProofThatHoldsLeavesNoRecord() throws Exception {
    assertThat(recognised(Expected.NOTHING)).isEqualTo(new Recognition.Known(ORDERS));
    assertThat(records).isEmpty();
  }

  @Test
  void aProofThatDoesNotHoldIsOnTheRecordAndOpensNothing() throws Exception {
    attestation = new Attestation.Refused(Reason.EVIDENCE_SIGNATURE, "it does not hold", SUMMARY);
    assertThat(reason(recognised(Expected.NOTHING))).isEqualTo(Reason.EVIDENCE_SIGNATURE);
    assertThat(records).extracting(LedgerRecord::reason).containsExactly("evidence-signature");
    assertThat(records).extracting(LedgerRecord::source).containsExactly("127.0.0.1");
  }

  @Test
  void aProofOfAnotherKindThanWasNamedOpensNothing() throws Exception {
    assertThat(reason(recognised(new Expected(null, EvidenceKind.KUBERNETES))))
        .isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    assertThat(records).hasSize(1);
  }

  @Test
  void anIdentityThatAsksTooOftenIsNotLetIn() throws Exception {
    assertThat(reason(recognised(Expected.NOTHING, id -> false, entry -> kept(), Runnable::run)))
        .isEqualTo(Reason.RATE_LIMITED);
  }

  @Test
  void whatCannotBeRecordedIsRefusedAllTheSame() throws Exception {
    attestation = new Attestation.Refused(Reason.EVIDENCE_SIGNATURE, "it does not hold", SUMMARY);
    Ledger full = entry -> CompletableFuture.failedFuture(new LedgerUnavailable("no space"));
    assertThat(reason(recognised(Expected.NOTHING, id -> true, full, Runnable::run)))
        .isEqualTo(Reason.LEDGER_UNAVAILABLE);
  }

  @Test
  void whatMayWaitForKeysIsBounded() throws Exception {
    mayWait = true;
    assertThat(recognised(Expected.NOTHING)).isInstanceOf(Recognition.Known.class);
    assertThat(examined).as("the wait comes before the decision").isEqualTo(1);
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    assertThat(reason(recognised(Expected.NOTHING, id -> true, entry -> kept(), full)))
        .isEqualTo(Reason.OVERLOADED);
  }

  private Recognition recognised(Expected expected) throws Exception {
    return recognised(
        expected,
        id -> true,
        entry -> {
          records.add(entry);
          return kept();
        },
        Runnable::run);
  }

  private Recognition recognised(
      Expected expected, IdentityLimit limit, Ledger ledger, Executor waiting) throws Exception {
    Worlds worlds = new Worlds(new World(new Fixed(), policy()));
    Exchange exchange =
        new Exchange(
            worlds,
            (grant, now) -> {
              throw new IllegalStateException("nothing is minted here");
            },
            ledger,
            limit,
            new SilentObserver(),
            () -> NOW,
            new Random(1),
            waiting);
    return new Recognizer(worlds, exchange, limit, () -> NOW, waiting)
        .recognise(new Evidence.JwtSvid("x"), expected, InetAddress.getLoopbackAddress(), null)
        .toCompletableFuture()
        .join();
  }

  private static Reason reason(Recognition recognition) {
    assertThat(recognition).isInstanceOf(Recognition.Unknown.class);
    return ((Outcome.Refused) ((Recognition.Unknown) recognition).outcome()).reason();
  }

  private static CompletableFuture<Long> kept() {
    return CompletableFuture.completedFuture(0L);
  }

  private static Policy policy() throws Exception {
    return ((Compilation.Compiled)
            Policy.compile(
                Documents.parse("empty.yaml", "").load(),
                new PolicyContext(new TrustDomain("example.org"), "https://broker.example.org")))
        .policy();
  }

  private final class Fixed implements Attestor {
    @Override
    public boolean mayWait(Evidence evidence) {
      return mayWait;
    }

    @Override
    public Attestation attest(Evidence evidence, Instant now) {
      return attestation;
    }

    @Override
    public Examination examine(Evidence evidence, Instant now) {
      examined++;
      return new Examination(attestation, false, null);
    }
  }
}
