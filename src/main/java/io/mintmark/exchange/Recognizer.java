package io.mintmark.exchange;

import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Attests those who ask for no credential, such as whoever follows the trust bundles. A proof that
 * does not hold is on the record like any other; one that does leaves none, for nothing is struck.
 */
public final class Recognizer {
  private final Worlds worlds;
  private final Exchange exchange;
  private final IdentityLimit limit;
  private final InstantSource clock;
  private final Executor waiting;

  /**
   * @param exchange records refusals
   * @param waiting runs what may wait for keys; it must be bounded and may reject
   */
  public Recognizer(
      Worlds worlds,
      Exchange exchange,
      IdentityLimit limit,
      InstantSource clock,
      Executor waiting) {
    this.worlds = worlds;
    this.exchange = exchange;
    this.limit = limit;
    this.clock = clock;
    this.waiting = waiting;
  }

  /** What became of a proof. */
  public sealed interface Recognition {
    /** The proof held. */
    record Known(AttestedWorkload workload) implements Recognition {}

    /** It did not, or could not be recorded. */
    record Unknown(Outcome outcome) implements Recognition {}
  }

  /** Attests; the stage fails only for a bug. */
  public CompletionStage<Recognition> recognise(
      Evidence evidence, Expected expected, InetAddress source, @Nullable String traceparent) {
    Caller caller = new Caller(evidence, expected, source, traceparent);
    if (!worlds.current().attestor().mayWait(evidence)) {
      return recognised(caller);
    }
    try {
      return CompletableFuture.supplyAsync(() -> afterWaiting(caller), waiting)
          .thenCompose(stage -> stage);
    } catch (RejectedExecutionException full) {
      return unknown(caller, Reason.OVERLOADED, "too many wait for keys", null);
    }
  }

  private record Caller(
      Evidence evidence, Expected expected, InetAddress source, @Nullable String traceparent) {}

  /** What is in force once keys were waited for decides, at the time after that. */
  private CompletionStage<Recognition> afterWaiting(Caller caller) {
    worlds.current().attestor().examine(caller.evidence(), clock.instant());
    return recognised(caller);
  }

  private CompletionStage<Recognition> recognised(Caller caller) {
    return switch (worlds.current().attestor().attest(caller.evidence(), clock.instant())) {
      case Attestation.Refused refused ->
          unknown(caller, refused.reason(), refused.detail(), refused.evidence());
      case Attestation.Attested(AttestedWorkload workload) -> {
        Reason mismatch = caller.expected().mismatch(workload);
        if (mismatch != null) {
          yield unknown(
              caller, mismatch, "the request names another kind of proof", workload.evidence());
        }
        yield limit.admits(workload.id())
            ? CompletableFuture.completedFuture(new Recognition.Known(workload))
            : unknown(
                caller, Reason.RATE_LIMITED, "this identity asks too often", workload.evidence());
      }
    };
  }

  private CompletionStage<Recognition> unknown(
      Caller caller, Reason reason, String detail, @Nullable EvidenceSummary evidence) {
    return exchange
        .refuse(reason, detail, evidence, caller.source(), caller.traceparent())
        .thenApply(Recognition.Unknown::new);
  }
}
