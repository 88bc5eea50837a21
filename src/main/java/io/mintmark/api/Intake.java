package io.mintmark.api;

import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.Outcome;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes parsed requests of every edge to the exchange, and its outcomes back. */
public final class Intake {
  private final Exchange exchange;
  private final Admission admission;

  public Intake(Exchange exchange, Admission admission) {
    this.exchange = exchange;
    this.admission = admission;
  }

  /** Reads a request of one edge. */
  @FunctionalInterface
  public interface Reader {
    Request read() throws Refusal;
  }

  /**
   * Reads and exchanges a request, once it is let in. It is not read before: parsing is work too,
   * and the signature of a certificate request costs as much as a proof's.
   */
  public CompletionStage<Answer> exchange(Caller caller, Reader reader) {
    return admitted(
        caller,
        () -> {
          try {
            return exchanged(caller, reader.read());
          } catch (Refusal refusal) {
            return refused(caller, refusal);
          }
        });
  }

  /** Whether the caller may be listened to now; says why not. */
  public void letIn(Caller caller) throws Refusal {
    admission.enter(caller.source()).close();
  }

  /** Puts a refusal at the door on the record; one for load is not worth a record. */
  public CompletionStage<Answer> refuse(Caller caller, Refusal refusal) {
    if (refusal.reason() == Reason.OVERLOADED || refusal.reason() == Reason.RATE_LIMITED) {
      return turnedAway(refusal);
    }
    return admitted(caller, () -> refused(caller, refusal));
  }

  private Begun exchanged(Caller caller, Request request) {
    Ask ask = request.ask(caller);
    return new Begun(
        request.presentation(), exchange.exchange(request.evidence(), request.expected(), ask));
  }

  private Begun refused(Caller caller, Refusal refusal) {
    return new Begun(
        refusal.presentation(),
        exchange.refuse(
            refusal.reason(), refusal.detail(), null, caller.source(), caller.traceparent()));
  }

  private CompletionStage<Answer> admitted(Caller caller, Work work) {
    Admission.Pass pass;
    try {
      pass = admission.enter(caller.source());
    } catch (Refusal refusal) {
      return turnedAway(refusal);
    }
    Begun begun;
    try {
      begun = work.begin();
    } catch (RuntimeException | Error broken) {
      pass.close();
      throw broken;
    }
    return begun
        .outcome()
        .whenComplete((outcome, failure) -> pass.close())
        .thenApply(
            outcome -> {
              pass.charge(outcome);
              return answer(outcome, begun.presentation());
            });
  }

  private static CompletionStage<Answer> turnedAway(Refusal refusal) {
    return CompletableFuture.completedFuture(
        Answer.Declined.of(refusal.reason(), refusal.presentation(), null));
  }

  /** What a caller gets for an outcome. */
  public static Answer answer(Outcome outcome, Presentation presentation) {
    return switch (outcome) {
      case Outcome.Minted minted -> new Answer.Struck(minted.decisionId(), minted.credential());
      case Outcome.Denied denied ->
          Answer.Declined.of(denied.reason(), presentation, denied.decisionId());
      case Outcome.Refused refused ->
          Answer.Declined.of(refused.reason(), presentation, refused.decisionId());
    };
  }

  private interface Work {
    Begun begin();
  }

  /** What is under way, and how its evidence was presented. */
  private record Begun(Presentation presentation, CompletionStage<Outcome> outcome) {}
}
