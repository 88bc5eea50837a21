package io.mintmark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.credential.Credential;
import io.mintmark.credential.Minter;
import io.mintmark.credential.NotStruck;
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
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final String GRANTING =
      """
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger-api}
      spec:
        owner: ledger-team@example.org
        audience: https://ledger.example.org
        scopes: [ledger:read]
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: orders-reads-ledger}
      spec:
        owner: payments@example.org
        workload: spiffe://prod.example.org/orders
        evidence: [jwt-svid]
        issue:
          accessToken: {resource: ledger-api, scopes: [ledger:read]}
      """;

  private Instant time = NOW;
  private Worlds worlds;
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

  /** A fetch takes seconds: evidence ends meanwhile, and a grant or an issuer is taken away. */
  @Test
  void afterAWaitTheWorldAndTheTimeOfThatMomentDecide() throws Exception {
    Policy old = policy("");
    Policy changed = policy("# changed");
    List<Instant> attested = new ArrayList<>();
    Attestor later =
        new Waiting(false) {
          @Override
          public Attestation attest(Evidence evidence, Instant now) {
            attested.add(now);
            return new Attestation.Attested(workload());
          }
        };
    Attestor before =
        new Waiting(true) {
          @Override
          public Attestation attest(Evidence evidence, Instant now) {
            throw new AssertionError("this trust is not in force any more");
          }

          @Override
          public Examination examine(Evidence evidence, Instant now) {
            time = NOW.plusSeconds(8);
            worlds.swap(new World(later, changed));
            return new Examination(
                new Attestation.Refused(Reason.KEYS_UNAVAILABLE, "away", SUMMARY), false, null);
          }
        };
    worlds = new Worlds(new World(before, old));
    Outcome outcome =
        exchange(this::quick, Runnable::run, (grant, now) -> notStruck())
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture()
            .join();
    assertThat(attested).containsExactly(NOW.plusSeconds(8));
    assertThat(((Outcome.Denied) outcome).reason()).isEqualTo(Reason.RESOURCE_UNKNOWN);
    assertThat(records.getLast().time()).isEqualTo(NOW.plusSeconds(8));
    assertThat(records.getLast().policy()).isEqualTo(changed.version());
  }

  @Test
  void aPolicyThatChangesDuringEveryWaitIsNotWaitedForWithoutEnd() throws Exception {
    Policy policy = policy("");
    List<Instant> waits = new ArrayList<>();
    class Restless extends Waiting {
      Restless() {
        super(true);
      }

      @Override
      public Examination examine(Evidence evidence, Instant now) {
        waits.add(now);
        worlds.swap(new World(new Restless(), policy));
        return super.examine(evidence, now);
      }
    }
    worlds = new Worlds(new World(new Restless(), policy));
    Outcome outcome =
        exchange(this::quick, Runnable::run, (grant, now) -> notStruck())
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture()
            .join();
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(waits).hasSize(3);
  }

  @Test
  void aGrantThatCannotBeStruckIsARefusalOnTheRecord() throws Exception {
    Attestor attestor =
        new Waiting(false) {
          @Override
          public Attestation attest(Evidence evidence, Instant now) {
            return new Attestation.Attested(workload());
          }
        };
    worlds = new Worlds(new World(attestor, policy(GRANTING)));
    Outcome outcome =
        exchange(this::quick, Runnable::run, (grant, now) -> notStruck())
            .exchange(new Evidence.JwtSvid("x"), ask())
            .toCompletableFuture()
            .join();
    assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(Reason.EVIDENCE_EXPIRED);
    assertThat(records).singleElement().isNotNull();
    assertThat(records.getFirst().reason()).isEqualTo("evidence-expired");
    assertThat(records.getFirst().workload()).isEqualTo("spiffe://prod.example.org/orders");
    assertThat(records.getFirst().detail()).isEqualTo("nothing is left of it");
  }

  private static Credential notStruck() throws NotStruck {
    throw new NotStruck(Reason.EVIDENCE_EXPIRED, "nothing is left of it");
  }

  private static AttestedWorkload workload() {
    return new AttestedWorkload(
        WorkloadId.parse("spiffe://prod.example.org/orders"),
        SUMMARY,
        EvidenceKind.JWT_SVID,
        "prod.example.org",
        "prod",
        Map.of(),
        NOW,
        NOW.plusSeconds(300),
        null,
        false);
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

  private static class Waiting implements Attestor {
    private final boolean waits;

    Waiting(boolean waits) {
      this.waits = waits;
    }

    @Override
    public boolean mayWait(Evidence evidence) {
      return waits;
    }

    @Override
    public Attestation attest(Evidence evidence, Instant now) {
      return new Attestation.Refused(Reason.EVIDENCE_SIGNATURE, "no key made it", SUMMARY);
    }

    @Override
    public Examination examine(Evidence evidence, Instant now) {
      return new Examination(attest(evidence, now), false, null);
    }
  }

  private static Attestor refusing(boolean waits) {
    return new Waiting(waits);
  }

  private static Policy policy(String documents) throws Exception {
    return switch (Policy.compile(
        Documents.parse("test", documents).load(),
        new PolicyContext(new TrustDomain("broker.example.org"), "https://localhost:8443"))) {
      case Compilation.Compiled compiled -> compiled.policy();
      case Compilation.Rejected rejected ->
          throw new IllegalStateException(rejected.problems().toString());
    };
  }

  private Exchange exchange(Attestor attestor, Ledger ledger, Executor waiting) throws Exception {
    worlds = new Worlds(new World(attestor, policy("")));
    return exchange(
        ledger,
        waiting,
        (grant, now) -> {
          throw new IllegalStateException("nothing is minted here");
        });
  }

  private Exchange exchange(Ledger ledger, Executor waiting, Minter minter) {
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
        worlds, minter, ledger, id -> true, observer, () -> time, new Random(1), waiting);
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
