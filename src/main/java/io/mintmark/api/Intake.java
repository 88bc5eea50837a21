package io.mintmark.api;

import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.Outcome;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
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

  /** Exchanges, once the request is let in. */
  public CompletionStage<Answer> exchange(Caller caller, Request request) {
    Ask ask =
        new Ask(
            request.wanted(),
            request.lifetime(),
            Delegation.NONE,
            caller.source(),
            caller.traceparent());
    return admitted(
        caller,
        request.presentation(),
        () -> exchange.exchange(request.evidence(), request.expected(), ask));
  }

  /** Puts a refusal at the door on the record; one for load is not worth a record. */
  public CompletionStage<Answer> refuse(Caller caller, Refusal refusal) {
    if (refusal.reason() == Reason.OVERLOADED || refusal.reason() == Reason.RATE_LIMITED) {
      return turnedAway(refusal);
    }
    return admitted(
        caller,
        refusal.presentation(),
        () ->
            exchange.refuse(
                refusal.reason(), refusal.detail(), null, caller.source(), caller.traceparent()));
  }

  private CompletionStage<Answer> admitted(Caller caller, Presentation presentation, Work work) {
    Admission.Pass pass;
    try {
      pass = admission.enter(caller.source());
    } catch (Refusal refusal) {
      return turnedAway(refusal);
    }
    CompletionStage<Outcome> stage;
    try {
      stage = work.begin();
    } catch (RuntimeException | Error broken) {
      pass.close();
      throw broken;
    }
    return stage
        .whenComplete((outcome, failure) -> pass.close())
        .thenApply(
            outcome -> {
              pass.charge(outcome);
              return answer(outcome, presentation);
            });
  }

  private static CompletionStage<Answer> turnedAway(Refusal refusal) {
    return CompletableFuture.completedFuture(
        Answer.Declined.of(refusal.reason(), refusal.presentation(), null));
  }

  private static Answer answer(Outcome outcome, Presentation presentation) {
    return switch (outcome) {
      case Outcome.Minted minted -> new Answer.Struck(minted.decisionId(), minted.credential());
      case Outcome.Denied denied ->
          Answer.Declined.of(denied.reason(), presentation, denied.decisionId());
      case Outcome.Refused refused ->
          Answer.Declined.of(refused.reason(), presentation, refused.decisionId());
    };
  }

  private interface Work {
    CompletionStage<Outcome> begin();
  }
}
