package io.mintmark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.Ask;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of the five steps, and what holds when one of them fails. */
final class ExchangeTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final EvidenceSummary SUMMARY =
      new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "0".repeat(64));

  private final List<LedgerRecord> records = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private final List<CompletableFuture<Long>> syncs = new ArrayList<>();

  @Test
  void nothingIsAnsweredBeforeItsRecordIsDurable() throws Exception {
    CompletableFuture<Outcome> outcome =
        exchange(refusing(false), this::slow, Runnable::run)
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture();
    assertThat(records).hasSize(1);
    assertThat(outcome).isNotDone();
    assertThat(ended).isEmpty();
    syncs.getFirst().complete(0L);
    assertThat(outcome.join())
        .isEqualTo(new Outcome.Refused(records.getFirst().decisionId(), Reason.EVIDENCE_SIGNATURE));
    assertThat(ended).containsExactly("refused evidence-signature");
  }

  @Test
  void aLedgerThatCannotRecordRefusesWhateverWasDecided() throws Exception {
    Ledger broken =
        entry -> CompletableFuture.failedFuture(new LedgerUnavailable("the disk is full"));
    Outcome outcome =
        exchange(refusing(false), broken, Runnable::run)
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture()
            .join();
    assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(Reason.LEDGER_UNAVAILABLE);
    assertThat(ended).containsExactly("refused ledger-unavailable");
  }

  @Test
  void whatMayWaitLeavesTheCallersThread() throws Exception {
    List<Runnable> handedOver = new ArrayList<>();
    CompletableFuture<Outcome> outcome =
        exchange(refusing(true), this::quick, handedOver::add)
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture();
    assertThat(records).isEmpty();
    assertThat(outcome).isNotDone();
    handedOver.getFirst().run();
    assertThat(outcome.join()).isInstanceOf(Outcome.Refused.class);
    assertThat(records).hasSize(1);
  }

  @Test
  void whenTooManyWaitTheNextIsRefusedAtOnceAndOnTheRecord() throws Exception {
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    Outcome outcome =
        exchange(refusing(true), this::quick, full)
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture()
            .join();
    assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(records)
        .singleElement()
        .satisfies(line -> assertThat(line.reason()).isEqualTo("overloaded"));
  }

  @Test
  void theRecordHoldsWhatWasAskedWithinBoundsAndNoEvidence() throws Exception {
    Ask long1 =
        new Ask(
            new Ask.AccessToken("https://" + "a".repeat(9000), Set.of(new Scope("ledger:read"))),
            null,
            Delegation.NONE,
            InetAddress.getLoopbackAddress(),
            null);
    exchange(refusing(false), this::quick, Runnable::run)
        .exchange(new Evidence.JwtSvid("the-token-itself"), long1)
        .toCompletableFuture()
        .join();
    LedgerRecord line = records.getFirst();
    assertThat(line.resource()).hasSize(2048);
    assertThat(line.toString()).doesNotContain("the-token-itself");
    assertThat(line.evidence()).isEqualTo(SUMMARY);
  }

  private CompletableFuture<Long> quick(LedgerRecord entry) {
    records.add(entry);
    return CompletableFuture.completedFuture(records.size() - 1L);
  }

  private CompletableFuture<Long> slow(LedgerRecord entry) {
    records.add(entry);
    CompletableFuture<Long> sync = new CompletableFuture<>();
    syncs.add(sync);
    return sync;
  }

  private static Attestor refusing(boolean waits) {
    return new Attestor() {
      @Override
      public Examination examine(Evidence evidence, Instant now) {
        return new Examination(attest(evidence, now), false, null);
      }

      @Override
      public boolean mayWait(Evidence evidence) {
        return waits;
      }

      @Override
      public Attestation attest(Evidence evidence, Instant now) {
        return new Attestation.Refused(Reason.EVIDENCE_SIGNATURE, "no key made it", SUMMARY);
      }
    };
  }

  private Exchange exchange(Attestor attestor, Ledger ledger, Executor waiting) throws Exception {
    Policy policy =
        switch (Policy.compile(
            Documents.parse("none", "").load(),
            new PolicyContext(new TrustDomain("broker.example.org"), "https://localhost:8443"))) {
          case Compilation.Compiled compiled -> compiled.policy();
          case Compilation.Rejected rejected ->
              throw new IllegalStateException(rejected.problems().toString());
        };
    Observer observer =
        new Observer() {
          @Override
          public void took(Stage stage, long nanos) {}

          @Override
          public void ended(
              String outcome,
              @Nullable Reason reason,
              @Nullable EvidenceKind evidence,
              @Nullable CredentialKind credential) {
            ended.add(outcome + " " + reason);
          }
        };
    return new Exchange(
        new Worlds(new World(attestor, policy)),
        (grant, now) -> {
          throw new IllegalStateException("nothing is minted here");
        },
        ledger,
        id -> true,
        observer,
        InstantSource.fixed(NOW),
        new Random(1),
        waiting);
  }

  private static Ask ask() {
    return new Ask(
        new Ask.AccessToken("https://ledger.example.org", Set.of()),
        null,
        Delegation.NONE,
        InetAddress.getLoopbackAddress(),
        null);
  }
}
