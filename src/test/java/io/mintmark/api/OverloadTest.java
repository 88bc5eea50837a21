package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.Expected;
import io.mintmark.exchange.SilentObserver;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens when more is asked than the disk keeps up with, and when it gives up. */
final class OverloadTest {
  private static final Caller CALLER = new Caller(InetAddress.ofLiteral("192.0.2.1"), null, null);
  private static final Request REQUEST =
      new Request(
          new Evidence.JwtSvid("T"),
          Expected.NOTHING,
          Presentation.CLIENT,
          new Ask.AccessToken("https://r", Set.of()),
          null);

  private final Queue<CompletableFuture<Long>> disk = new ArrayDeque<>();
  private final Admission admission = new Admission(2, null, reason -> {});
  private Intake intake;

  @BeforeEach
  void aBrokerWithASlowDisk() throws Exception {
    Ledger slow =
        new Ledger() {
          @Override
          public CompletionStage<Long> append(LedgerRecord entry) {
            CompletableFuture<Long> durable = new CompletableFuture<>();
            disk.add(durable);
            return durable;
          }
        };
    Compilation compiled =
        Policy.compile(
            Documents.parse("none", "").load(),
            new PolicyContext(new TrustDomain("d"), "https://i"));
    Policy policy = ((Compilation.Compiled) compiled).policy();
    intake =
        new Intake(
            new Exchange(
                new Worlds(new World(new NoProof(), policy)),
                (grant, now) -> {
                  throw new AssertionError("nothing is granted here");
                },
                slow,
                id -> true,
                new SilentObserver(),
                InstantSource.fixed(Instant.EPOCH),
                new SplittableRandom(1),
                Runnable::run),
            admission);
  }

  @Test
  void whatDoesNotFitIsRefusedAtOnceAndNothingQueues() {
    CompletableFuture<Answer> first = intake.exchange(CALLER, () -> REQUEST).toCompletableFuture();
    intake.exchange(CALLER, () -> REQUEST);
    CompletableFuture<Answer> third = intake.exchange(CALLER, () -> REQUEST).toCompletableFuture();
    assertThat(first).isNotDone();
    assertThat(third)
        .isCompletedWithValueMatching(
            answer ->
                answer instanceof Answer.Declined declined
                    && declined.reason() == Reason.OVERLOADED
                    && declined.told().httpStatus() == 503
                    && declined.told().retryAfter() != null);
    disk.remove().complete(0L);
    assertThat(first).isDone();
    assertThat(intake.exchange(CALLER, () -> REQUEST).toCompletableFuture()).isNotDone();
  }

  @Test
  void aLedgerThatGivesUpIsARefusalAndFreesThePlace() {
    CompletableFuture<Answer> answer = intake.exchange(CALLER, () -> REQUEST).toCompletableFuture();
    disk.remove().completeExceptionally(new LedgerUnavailable("the disk is full"));
    assertThat(answer)
        .isCompletedWithValueMatching(
            told ->
                told instanceof Answer.Declined declined
                    && declined.reason() == Reason.LEDGER_UNAVAILABLE
                    && declined.told().httpStatus() == 503);
    assertThat(admission.inside()).isZero();
  }

  @Test
  void aBugFreesThePlaceToo() {
    CompletableFuture<Answer> answer = intake.exchange(CALLER, () -> REQUEST).toCompletableFuture();
    disk.remove().completeExceptionally(new IllegalStateException("a bug"));
    assertThat(answer).isCompletedExceptionally();
    assertThat(admission.inside()).isZero();
  }

  @Test
  void refusalsAtTheDoorAreOnTheRecord() {
    CompletableFuture<Answer> answer =
        intake.refuse(CALLER, Refusal.malformed("x")).toCompletableFuture();
    assertThat(answer).isNotDone();
    disk.remove().complete(0L);
    assertThat(answer)
        .isCompletedWithValueMatching(
            told -> told instanceof Answer.Declined declined && declined.decisionId() != null);
  }

  private static final class NoProof implements Attestor {
    @Override
    public Examination examine(Evidence evidence, Instant now) {
      return new Examination(attest(evidence, now), false, null);
    }

    @Override
    public boolean mayWait(Evidence evidence) {
      return false;
    }

    @Override
    public Attestation attest(Evidence evidence, Instant now) {
      return new Attestation.Refused(
          Reason.EVIDENCE_SIGNATURE,
          "forged",
          new EvidenceSummary(EvidenceKind.JWT_SVID, "d", "00"));
    }
  }
}
