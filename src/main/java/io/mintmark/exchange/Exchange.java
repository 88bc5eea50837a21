package io.mintmark.exchange;

import io.mintmark.credential.Credential;
import io.mintmark.credential.Minter;
import io.mintmark.credential.NotStruck;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.exchange.Observer.Stage;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one use case: attest, decide, mint, record. No outcome leaves before its record is durable,
 * so there is no credential without a record.
 */
public final class Exchange {
  /** A policy that changes again during each wait is not waited for without end. */
  private static final int MOST_WAITS = 3;

  private final Worlds worlds;
  private final Minter minter;
  private final Ledger ledger;
  private final IdentityLimit limit;
  private final Observer observer;
  private final InstantSource clock;
  private final Executor waiting;
  private final DecisionIds ids;

  /**
   * @param waiting runs exchanges that may wait for keys; it must be bounded and may reject
   */
  public Exchange(
      Worlds worlds,
      Minter minter,
      Ledger ledger,
      IdentityLimit limit,
      Observer observer,
      InstantSource clock,
      RandomGenerator random,
      Executor waiting) {
    this.worlds = worlds;
    this.minter = minter;
    this.ledger = ledger;
    this.limit = limit;
    this.observer = observer;
    this.clock = clock;
    this.ids = new DecisionIds(random);
    this.waiting = waiting;
  }

  /**
   * Exchanges evidence for what is asked; the stage completes once the record is durable, and fails
   * only for a bug.
   */
  public CompletionStage<Outcome> exchange(Evidence evidence, Ask ask) {
    return exchange(evidence, Expected.NOTHING, ask);
  }

  /** As {@link #exchange(Evidence, Ask)}, refused where the evidence shows other than expected. */
  public CompletionStage<Outcome> exchange(Evidence evidence, Expected expected, Ask ask) {
    World world = worlds.current();
    Instant now = clock.instant();
    Stopwatch stages = new Stopwatch(observer);
    Attestation attestation = world.attestor().attestAtOnce(evidence, now);
    if (attestation != null) {
      return attested(world, attestation, expected, ask, now, stages);
    }
    try {
      return CompletableFuture.supplyAsync(
              () -> exchange(afterWaiting(evidence), evidence, expected, ask), waiting)
          .thenCompose(stage -> stage);
    } catch (RejectedExecutionException full) {
      return refuse(
          Reason.OVERLOADED,
          "too many exchanges wait for keys",
          null,
          ask.source(),
          ask.traceparent());
    }
  }

  /**
   * Waits for what attesting would fetch, and uses nothing up. What is in force after that decides,
   * at the time after that: a fetch takes seconds, in which evidence ends and grants are taken
   * away.
   */
  private World afterWaiting(Evidence evidence) {
    World world = worlds.current();
    for (int i = 0; i < MOST_WAITS; i++) {
      world.attestor().examine(evidence, clock.instant());
      World next = worlds.current();
      if (next.equals(world) || !next.attestor().mayWait(evidence)) {
        return next;
      }
      world = next;
    }
    return world;
  }

  /** Records a refusal of a request that never became an exchange. */
  public CompletionStage<Outcome> refuse(
      Reason reason,
      String detail,
      @Nullable EvidenceSummary evidence,
      InetAddress source,
      @Nullable String traceparent) {
    Instant now = clock.instant();
    Entry entry =
        new Entry(
            ids.next(now), now, evidence, null, source, traceparent, null, new Stopwatch(observer));
    return recorded(entry, reason, detail);
  }

  private CompletionStage<Outcome> exchange(
      World world, Evidence evidence, Expected expected, Ask ask) {
    Instant now = clock.instant();
    Stopwatch stages = new Stopwatch(observer);
    Attestation attestation = world.attestor().attest(evidence, now);
    return attested(world, attestation, expected, ask, now, stages);
  }

  private CompletionStage<Outcome> attested(
      World world,
      Attestation attestation,
      Expected expected,
      Ask ask,
      Instant now,
      Stopwatch stages) {
    stages.ended(Stage.ATTEST);
    Entry entry =
        new Entry(ids.next(now), now, null, ask, ask.source(), ask.traceparent(), null, stages);
    return switch (attestation) {
      case Attestation.Refused refused ->
          recorded(entry.of(refused.evidence()), refused.reason(), refused.detail());
      case Attestation.Attested(AttestedWorkload workload) -> {
        Reason mismatch = expected.mismatch(workload);
        yield mismatch != null
            ? recorded(
                entry.of(workload), mismatch, "the request names another client or kind of proof")
            : decided(world, entry.of(workload), workload, ask, now);
      }
    };
  }

  private CompletionStage<Outcome> decided(
      World world, Entry entry, AttestedWorkload workload, Ask ask, Instant now) {
    if (!limit.admits(workload.id())) {
      return recorded(entry, Reason.RATE_LIMITED, "this identity asks too often");
    }
    Decision decision = world.policy().decide(workload, ask, now);
    entry.stages().ended(Stage.DECIDE);
    return switch (decision) {
      case Decision.Denial denial -> recorded(entry, denial);
      case Decision.Grant grant -> {
        try {
          Credential credential = minter.mint(grant, now);
          entry.stages().ended(Stage.MINT);
          yield recorded(entry, credential);
        } catch (KeysUnavailable unavailable) {
          yield recorded(entry, Reason.KEYS_UNAVAILABLE, unavailable.getMessage());
        } catch (NotStruck none) {
          yield recorded(entry, none.reason(), none.getMessage());
        }
      }
    };
  }

  private CompletionStage<Outcome> recorded(Entry entry, Credential credential) {
    return append(
        entry,
        Records.minted(entry, credential),
        new Outcome.Minted(entry.decisionId(), credential),
        null);
  }

  private CompletionStage<Outcome> recorded(Entry entry, Decision.Denial denial) {
    return append(
        entry,
        Records.denied(entry, denial),
        new Outcome.Denied(entry.decisionId(), denial.reason()),
        denial.reason());
  }

  private CompletionStage<Outcome> recorded(Entry entry, Reason reason, @Nullable String detail) {
    return append(
        entry,
        Records.refused(entry, reason, detail),
        new Outcome.Refused(entry.decisionId(), reason),
        reason);
  }

  private CompletionStage<Outcome> append(
      Entry entry, LedgerRecord line, Outcome outcome, @Nullable Reason reason) {
    return ledger
        .append(line)
        .handle(
            (sequence, failure) -> {
              entry.stages().ended(Stage.RECORD);
              if (failure == null) {
                ended(entry, line.outcome(), reason);
                return outcome;
              }
              if (!(cause(failure) instanceof LedgerUnavailable)) {
                throw new CompletionException(cause(failure));
              }
              ended(entry, "refused", Reason.LEDGER_UNAVAILABLE);
              return new Outcome.Refused(entry.decisionId(), Reason.LEDGER_UNAVAILABLE);
            });
  }

  private void ended(Entry entry, String outcome, @Nullable Reason reason) {
    EvidenceKind evidence = entry.evidenceKind();
    CredentialKind credential = entry.credentialKind();
    observer.ended(outcome, reason, evidence, credential);
    if (observer.traces()) {
      observer.traced(
          new Course(
              entry.decisionId(),
              entry.traceparent(),
              entry.time(),
              entry.stages().took(),
              outcome,
              reason,
              evidence,
              credential));
    }
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** What is known of an exchange so far, for its record. */
  record Entry(
      String decisionId,
      Instant time,
      @Nullable EvidenceSummary evidence,
      @Nullable Ask ask,
      InetAddress source,
      @Nullable String traceparent,
      @Nullable AttestedWorkload workload,
      Stopwatch stages) {
    Entry of(EvidenceSummary summary) {
      return new Entry(decisionId, time, summary, ask, source, traceparent, workload, stages);
    }

    Entry of(AttestedWorkload attested) {
      return new Entry(
          decisionId, time, attested.evidence(), ask, source, traceparent, attested, stages);
    }

    @Nullable EvidenceKind evidenceKind() {
      EvidenceSummary summary = evidence;
      return summary == null ? null : summary.kind();
    }

    @Nullable CredentialKind credentialKind() {
      Ask asked = ask;
      return asked == null ? null : asked.wanted().kind();
    }
  }
}
