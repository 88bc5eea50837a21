package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.cloud.TokenService.Outcome;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session of a role fresh: one request in flight, renewed at about half of its life, with
 * pauses that grow after failures. It is looked at every second, and judged by the wall clock and
 * by one that cannot be set, so that it is never handed out after its end.
 */
final class RoleSession {
  private static final System.Logger LOG = System.getLogger(RoleSession.class.getName());
  private static final long LOOK_MILLIS = 1000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofMinutes(1);

  /** Why there may be no token although nobody took the workload's rights away. */
  private static final Set<String> AWAY =
      Set.of(
          "expired",
          "proof-unavailable",
          "broker-unreachable",
          "broker-untrusted",
          "broker-answer",
          "overloaded",
          "rate-limited",
          "ledger-unavailable",
          "keys-unavailable",
          "dependency-unavailable");

  /** What the service says of a token that a newer one may mend. */
  private static final Set<String> TOKEN_REFUSED =
      Set.of("ExpiredTokenException", "InvalidIdentityToken");

  private final RolePlan plan;
  private final Service service;
  private final Surroundings surroundings;
  private final LongSupplier nanos;
  private final DoubleSupplier jitter;

  private Credentials.@Nullable Watch watch;
  private @Nullable Future<?> looks;
  private Credentials.State token = new Credentials.State.Pending();
  private @Nullable RoleKeys keys;
  private Instant renewAt = Instant.EPOCH;
  private Instant assumedAt = Instant.EPOCH;
  private long endNanos;
  private Outcome.@Nullable NotAssumed failure;
  private int failures;
  private long retryNanos;
  private boolean inFlight;
  private boolean closed;

  /**
   * @param nanos a clock that never jumps
   * @param jitter evenly spread from 0 to 1
   */
  RoleSession(
      RolePlan plan,
      Service service,
      Surroundings surroundings,
      LongSupplier nanos,
      DoubleSupplier jitter) {
    this.plan = plan;
    this.service = service;
    this.surroundings = surroundings;
    this.nanos = nanos;
    this.jitter = jitter;
  }

  /** Who gives sessions. */
  interface Service {
    /** Completes within its own limit. */
    CompletionStage<Outcome> assume(String token, Instant now);
  }

  /** What can be handed out now. */
  sealed interface State {
    record Ready(RoleKeys keys) implements State {}

    record Pending() implements State {}

    /**
     * @param reason in one word
     * @param message one sentence without any secret
     */
    record Unavailable(String reason, String message) implements State {}
  }

  synchronized void start() {
    watch();
    looks =
        surroundings
            .timer()
            .scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Asks for a session as soon as there is a token. */
  synchronized void watch() {
    watch = surroundings.credentials().watch(plan.token(), this::told);
  }

  synchronized void stop() {
    closed = true;
    keys = null;
    if (watch != null) {
      watch.close();
    }
    if (looks != null) {
      looks.cancel(false);
    }
  }

  synchronized State current() {
    RoleKeys usable = usable();
    if (usable != null) {
      return new State.Ready(usable);
    }
    if (token instanceof Credentials.State.Unavailable(String reason, String message)) {
      return new State.Unavailable(reason, message);
    }
    Outcome.NotAssumed last = failure;
    return last == null
        ? new State.Pending()
        : new State.Unavailable(last.reason(), last.message());
  }

  private void told(Credentials.State state) {
    synchronized (this) {
      token = state;
      if (state instanceof Credentials.State.Unavailable(String reason, _)
          && !AWAY.contains(reason)
          && keys != null) {
        keys = null;
        count("withdrawn");
        LOG.log(
            System.Logger.Level.WARNING,
            "the session of role \"" + plan.role() + "\" is handed out no more: " + reason);
      }
    }
    look();
  }

  /** Asks for a session where it is time to. */
  void look() {
    Held.Token shown;
    synchronized (this) {
      lose();
      shown = due();
      inFlight |= shown != null;
    }
    if (shown != null) {
      service
          .assume(shown.value(), surroundings.clock().instant())
          .whenComplete((outcome, bug) -> ended(shown, outcome, bug));
    }
  }

  private void lose() {
    if (keys != null && usable() == null) {
      keys = null;
      count("lost");
      LOG.log(
          System.Logger.Level.ERROR,
          "the session of role \"" + plan.role() + "\" expired before there was another");
    }
  }

  private Held.@Nullable Token due() {
    Instant now = surroundings.clock().instant();
    boolean paused = failure != null && nanos.getAsLong() - retryNanos < 0;
    boolean old = keys == null || !now.isBefore(renewAt) || now.isBefore(assumedAt);
    boolean ask = !closed && !inFlight && !paused && old;
    return ask
            && token instanceof Credentials.State.Ready(Held.Token held)
            && now.isBefore(held.expiresAt())
        ? held
        : null;
  }

  private void ended(Held.Token shown, @Nullable Outcome outcome, @Nullable Throwable bug) {
    boolean newer = false;
    synchronized (this) {
      inFlight = false;
      switch (outcome) {
        case Outcome.Assumed(RoleKeys assumed) -> assumed(assumed);
        case Outcome.NotAssumed failed -> {
          notAssumed(failed);
          newer = TOKEN_REFUSED.contains(failed.reason());
        }
        case null -> {
          LOG.log(System.Logger.Level.ERROR, "a role was not assumed", bug);
          notAssumed(new Outcome.NotAssumed("failed", "the role could not be assumed"));
        }
      }
    }
    if (newer) {
      // its rate is limited there; the watch brings the newer one
      var _ = surroundings.credentials().newerThan(plan.token(), shown);
    }
  }

  private void assumed(RoleKeys assumed) {
    Instant now = surroundings.clock().instant();
    Duration life = Duration.between(now, assumed.expiresAt());
    boolean withdrawn =
        token instanceof Credentials.State.Unavailable(String reason, _) && !AWAY.contains(reason);
    if (closed || withdrawn) {
      return;
    }
    keys = assumed;
    assumedAt = now;
    renewAt = now.plusNanos((long) (life.toNanos() * (0.45 + jitter.getAsDouble() / 10)));
    endNanos = nanos.getAsLong() + life.toNanos();
    failure = null;
    failures = 0;
    count("assumed");
  }

  private void notAssumed(Outcome.NotAssumed failed) {
    failure = failed;
    Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    failures++;
    Duration pause = grown.compareTo(LAST_PAUSE) < 0 ? grown : LAST_PAUSE;
    retryNanos = nanos.getAsLong() + (long) (pause.toNanos() * (0.5 + jitter.getAsDouble() / 2));
    count("failed");
    LOG.log(System.Logger.Level.WARNING, "no session: " + failed.message());
  }

  private @Nullable RoleKeys usable() {
    RoleKeys candidate = keys;
    return candidate != null
            && surroundings.clock().instant().isBefore(candidate.expiresAt())
            && nanos.getAsLong() - endNanos < 0
        ? candidate
        : null;
  }

  private void count(String outcome) {
    surroundings
        .meters()
        .counter("mintmark.sidecar.aws.sessions", "role", plan.role().name(), "outcome", outcome)
        .increment();
  }
}
