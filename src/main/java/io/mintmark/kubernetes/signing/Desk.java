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
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Decides one request: what its status becomes, or that it is to be tried again. */
final class Desk {
  /**
   * How long a request is given before policy's "no" is final: a pod and its grant are often
   * applied together, and a grant is in force within two seconds.
   */
  static final Duration SETTLING = Duration.ofSeconds(10);

  /** How often it is looked whether policy that could not be watched can be. */
  private static final Duration BLIND = Duration.ofSeconds(30);

  /** For what other documents alone can change; a change ends the pause. */
  private static final Duration DOCUMENTS = Duration.ofMinutes(10);

  private static final long PATIENCE_SECONDS = 30;

  private final Exchange exchange;
  private final ClaimedObjects objects;
  private final BooleanSupplier policyIsCurrent;
  private final InstantSource clock;
  private final String server;

  /**
   * @param policyIsCurrent false where documents may have changed without our knowing
   * @param server the API server's host, whose address stands as source on the record
   */
  Desk(
      Exchange exchange,
      ClaimedObjects objects,
      BooleanSupplier policyIsCurrent,
      InstantSource clock,
      String server) {
    this.exchange = exchange;
    this.objects = objects;
    this.policyIsCurrent = policyIsCurrent;
    this.clock = clock;
    this.server = server;
  }

  /**
   * The decision.
   *
   * @param status null where it is to be tried again
   * @param pause until then, or until policy changes; null for one that grows with each attempt
   */
  record Answer(@Nullable ObjectNode status, boolean issued, @Nullable Duration pause) {
    static final Answer LATER = new Answer(null, false, null);

    static Answer after(Duration pause) {
      return new Answer(null, false, pause);
    }
  }

  /**
   * Waits until the decision is on the record.
   *
   * @param waited since the request was seen first
   */
  Answer decide(RequestKind kind, ObjectNode request, Duration waited) throws InterruptedException {
    InetAddress source;
    try {
      // resolved where it is used: a name that is not known at the start is known by now
      source = InetAddress.getByName(server);
    } catch (UnknownHostException away) {
      return Answer.LATER;
    }
    Attempt attempt = new Attempt(kind, request, waited, source);
    return switch (kind.read(request, clock.instant())) {
      case Request.Unfit unfit -> attempt.refused(unfit);
      case Request.Wanted wanted -> {
        String contradiction = objects.contradiction(wanted.evidence().facts());
        yield contradiction == null
            ? attempt.decided(wanted)
            : attempt.refused(
                new Request.Unfit(
                    kind.kind(),
                    wanted.evidence().sha256(),
                    Reason.EVIDENCE_REVOKED,
                    contradiction));
      }
    };
  }

  /** One request, once. */
  private final class Attempt {
    private final RequestKind kind;
    private final ObjectNode request;
    private final Duration waited;
    private final InetAddress source;

    Attempt(RequestKind kind, ObjectNode request, Duration waited, InetAddress source) {
      this.kind = kind;
      this.request = request;
      this.waited = waited;
      this.source = source;
    }

    Answer decided(Request.Wanted wanted) throws InterruptedException {
      Ask ask =
          new Ask(new Ask.X509Svid(wanted.key()), wanted.lifetime(), Delegation.NONE, source, null);
      Outcome outcome = outcome(exchange.exchange(wanted.evidence(), ask));
      return outcome instanceof Outcome.Minted minted
              && minted.credential() instanceof Credential.X509Svid svid
          ? minted(minted, svid)
          : refused(outcome, null);
    }

    Answer refused(Request.Unfit unfit) throws InterruptedException {
      return refused(
          recorded(
              unfit.reason(),
              unfit.detail(),
              new EvidenceSummary(unfit.kind(), null, unfit.sha256())),
          unfit.detail());
    }

    private Answer minted(Outcome.Minted minted, Credential.X509Svid svid)
        throws InterruptedException {
      RequestKind.Objection objection = kind.objection(request, svid);
      if (objection == null) {
        return new Answer(kind.issued(request, svid, clock.instant()), true, null);
      }
      // the record has it as minted: it shall also have that nobody got it
      Outcome withheld =
          recorded(
              Reason.NO_GRANT,
              "serial %s is not handed out: %s".formatted(svid.serial(), objection.sentence()),
              minted.credential().grant().workload().evidence());
      Duration passes = objection.passesAfter();
      return passes == null ? refused(withheld, objection.sentence()) : Answer.after(passes);
    }

    private Answer refused(@Nullable Outcome outcome, @Nullable String detail) {
      return switch (outcome) {
        case Outcome.Denied(String decisionId, Reason reason) ->
            refused(decisionId, reason, detail);
        case Outcome.Refused(String decisionId, Reason reason) ->
            refused(decisionId, reason, detail);
        case Outcome.Minted other ->
            throw new IllegalStateException("minted what was not asked for: " + other.decisionId());
        case null -> Answer.LATER;
      };
    }

    /** Callers learn the reason and where operators find the rest, as at every other door. */
    private Answer refused(String decisionId, Reason reason, @Nullable String detail) {
      if (passes(reason)) {
        return Answer.LATER;
      }
      if (reason == Reason.ISSUER_NOT_TRUSTED) {
        return Answer.after(DOCUMENTS);
      }
      if (isPolicys(reason)) {
        if (waited.compareTo(SETTLING) < 0) {
          return Answer.after(SETTLING.minus(waited));
        }
        if (!policyIsCurrent.getAsBoolean()) {
          return Answer.after(BLIND);
        }
      }
      String message =
          "mintmark gives no certificate: %s%s (decision %s)"
              .formatted(reason.word(), detail == null ? "" : ": " + detail, decisionId);
      return new Answer(kind.refused(request, reason, message, clock.instant()), false, null);
    }

    private @Nullable Outcome recorded(Reason reason, String detail, EvidenceSummary evidence)
        throws InterruptedException {
      return outcome(exchange.refuse(reason, detail, evidence, source, null));
    }
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

  /** What is over in a while, whatever is asked. */
  private static boolean passes(Reason reason) {
    return reason == Reason.OVERLOADED
        || reason == Reason.RATE_LIMITED
        || reason == Reason.LEDGER_UNAVAILABLE
        || reason == Reason.KEYS_UNAVAILABLE
        || reason == Reason.DEPENDENCY_UNAVAILABLE;
  }

  /** What a document that is about to come may change. */
  private static boolean isPolicys(Reason reason) {
    return reason == Reason.NO_GRANT
        || reason == Reason.GUARDRAIL
        || reason == Reason.CONDITION_FALSE
        || reason == Reason.CONDITION_ERROR;
  }
}
