package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.credential.Credential;
import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.Outcome;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Decides one request: what its status becomes, or that it is to be tried again. */
final class Desk {
  private static final long PATIENCE_SECONDS = 30;

  private final Exchange exchange;
  private final InstantSource clock;
  private final InetAddress server;

  /**
   * @param server the API server's address, which stands as source on the record
   */
  Desk(Exchange exchange, InstantSource clock, InetAddress server) {
    this.exchange = exchange;
    this.clock = clock;
    this.server = server;
  }

  /**
   * The decision.
   *
   * @param status null where it is to be tried again
   */
  record Answer(@Nullable ObjectNode status, boolean issued) {
    static final Answer LATER = new Answer(null, false);
  }

  /** Waits until the decision is on the record. */
  Answer decide(RequestKind kind, ObjectNode request) throws InterruptedException {
    return switch (kind.read(request, clock.instant())) {
      case Request.Unfit unfit -> refused(kind, request, outcome(refusal(unfit)), unfit.detail());
      case Request.Wanted wanted -> {
        Outcome outcome = outcome(exchange.exchange(wanted.evidence(), ask(wanted)));
        yield outcome instanceof Outcome.Minted minted
                && minted.credential() instanceof Credential.X509Svid svid
            ? minted(kind, request, minted, svid)
            : refused(kind, request, outcome, null);
      }
    };
  }

  private Answer minted(
      RequestKind kind, ObjectNode request, Outcome.Minted minted, Credential.X509Svid svid)
      throws InterruptedException {
    RequestKind.Objection objection = kind.objection(request, svid);
    if (objection == null) {
      return new Answer(kind.issued(request, svid, clock.instant()), true);
    }
    // the record has it as minted: it shall also have that nobody got it
    String detail =
        "serial %s is not handed out: %s".formatted(svid.serial(), objection.sentence());
    Outcome withheld =
        outcome(
            exchange.refuse(
                Reason.NO_GRANT,
                detail,
                minted.credential().grant().workload().evidence(),
                server,
                null));
    return objection.passes()
        ? Answer.LATER
        : refused(kind, request, withheld, objection.sentence());
  }

  private Answer refused(
      RequestKind kind, ObjectNode request, @Nullable Outcome outcome, @Nullable String detail) {
    return switch (outcome) {
      case Outcome.Denied(String decisionId, Reason reason) ->
          refused(kind, request, decisionId, reason, detail);
      case Outcome.Refused(String decisionId, Reason reason) ->
          passes(reason) ? Answer.LATER : refused(kind, request, decisionId, reason, detail);
      case Outcome.Minted other ->
          throw new IllegalStateException("minted what was not asked for: " + other.decisionId());
      case null -> Answer.LATER;
    };
  }

  /** Callers learn the reason and where operators find the rest, as at every other door. */
  private Answer refused(
      RequestKind kind,
      ObjectNode request,
      String decisionId,
      Reason reason,
      @Nullable String detail) {
    String message =
        "mintmark gives no certificate: %s%s (decision %s)"
            .formatted(reason.word(), detail == null ? "" : ": " + detail, decisionId);
    return new Answer(kind.refused(request, reason, message, clock.instant()), false);
  }

  private CompletionStage<Outcome> refusal(Request.Unfit unfit) {
    return exchange.refuse(
        unfit.reason(),
        unfit.detail(),
        new EvidenceSummary(unfit.kind(), null, unfit.sha256()),
        server,
        null);
  }

  private Ask ask(Request.Wanted wanted) {
    return new Ask(
        new Ask.X509Svid(wanted.key()), wanted.lifetime(), Delegation.NONE, server, null);
  }

  /** Null where it takes too long or a bug was met, which the exchange has logged. */
  private static @Nullable Outcome outcome(CompletionStage<Outcome> stage)
      throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException none) {
      return null;
    }
  }

  /** What is over in a while, whatever is asked; all else is an answer. */
  private static boolean passes(Reason reason) {
    return reason == Reason.OVERLOADED
        || reason == Reason.RATE_LIMITED
        || reason == Reason.LEDGER_UNAVAILABLE
        || reason == Reason.KEYS_UNAVAILABLE
        || reason == Reason.DEPENDENCY_UNAVAILABLE
        || reason == Reason.ISSUER_NOT_TRUSTED;
  }
}
