package io.mintmark.sidecar.held;

import io.mintmark.sidecar.held.Credentials.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One wanted credential over time. Guarded by the lock of {@link Renewals}. */
final class Renewal {
  final Wanted wanted;
  final List<Listener> listeners = new ArrayList<>();
  boolean configured;
  boolean inFlight;

  /**
   * When somebody last asked for it, and when a resource's refusal last renewed it; nanoseconds.
   */
  long askedAt;

  @Nullable Long replacedRefusedAt;

  private final RenewalSettings settings;
  private final List<CompletableFuture<State>> waiting = new ArrayList<>();
  private @Nullable Held held;
  private Instant heldAt = Instant.EPOCH;
  private Instant renewAt = Instant.EPOCH;
  private long expiresNanos;
  private @Nullable NotObtained failure;
  private int failures;
  private long retryNanos;
  private boolean lost = true;

  Renewal(Wanted wanted, RenewalSettings settings, long nanoTime) {
    this.wanted = wanted;
    this.settings = settings;
    this.askedAt = nanoTime;
    this.retryNanos = nanoTime;
  }

  State state(Instant now, long nanoTime) {
    Held usable = usable(now, nanoTime);
    if (usable != null) {
      return new State.Ready(usable);
    }
    return failure == null
        ? new State.Pending()
        : new State.Unavailable(failure.reason(), failure.message());
  }

  /** Whether it is time to ask the broker. */
  boolean due(Instant now, long nanoTime) {
    if (failure != null && nanoTime - retryNanos < 0) {
      return false;
    }
    boolean none = usable(now, nanoTime) == null;
    // what nobody asked for since its last renewal may end: no caller's whim is renewed for ever
    boolean idle = !configured && listeners.isEmpty() && !askedSinceRenewal(nanoTime);
    return none || (!idle && !now.isBefore(renewAt)) || now.isBefore(heldAt);
  }

  /** How long until there is something to do: to ask the broker, or to tell of a loss. */
  Duration untilDue(Instant now, long nanoTime) {
    Duration until = lost ? Duration.ofDays(1) : untilExpiry(now, nanoTime);
    if (!inFlight) {
      Duration asking =
          failure == null
              ? Duration.between(now, renewAt)
              : Duration.ofNanos(retryNanos - nanoTime);
      until = asking.compareTo(until) < 0 ? asking : until;
    }
    return until.isNegative() ? Duration.ZERO : until;
  }

  private Duration untilExpiry(Instant now, long nanoTime) {
    Duration steady = Duration.ofNanos(expiresNanos - nanoTime);
    Duration wall = held == null ? steady : Duration.between(now, held.expiresAt());
    return wall.compareTo(steady) < 0 ? wall : steady;
  }

  /** True once for each time that a credential expired before there was another. */
  boolean justLost(Instant now, long nanoTime) {
    if (lost || usable(now, nanoTime) != null) {
      return false;
    }
    lost = true;
    held = null;
    if (failure == null) {
      failure = new NotObtained("expired", "the credential expired and was not renewed", null);
    }
    return true;
  }

  boolean unused(long nanoTime) {
    return !configured
        && listeners.isEmpty()
        && !inFlight
        && nanoTime - askedAt > settings.unused().toNanos();
  }

  boolean mayReplaceRefused(long nanoTime) {
    return (replacedRefusedAt == null
            || nanoTime - replacedRefusedAt > settings.refusedPause().toNanos())
        && (failure == null || nanoTime - retryNanos >= 0);
  }

  CompletableFuture<State> next() {
    CompletableFuture<State> next = new CompletableFuture<>();
    waiting.add(next);
    return next;
  }

  /** What tells whoever waits; to be run without the lock, since their continuations run in it. */
  Runnable woken(State state) {
    List<CompletableFuture<State>> woken = List.copyOf(waiting);
    waiting.clear();
    return () -> woken.forEach(future -> future.complete(state));
  }

  /** Makes it due now, whatever was refused before. */
  void askAnew(long nanoTime) {
    renewAt = Instant.EPOCH;
    retryNanos = nanoTime;
    failures = 0;
  }

  void renewed(Held renewed, Instant now, long nanoTime, double jitter) {
    Duration life = Duration.between(now, renewed.expiresAt());
    double share = settings.share() + (jitter - 0.5) * settings.spread();
    held = renewed;
    heldAt = now;
    renewAt = now.plusNanos(Math.max((long) (life.toNanos() * share), settings.least().toNanos()));
    expiresNanos = nanoTime + life.toNanos();
    failure = null;
    failures = 0;
    lost = false;
  }

  void failed(NotObtained failed, long nanoTime, double jitter) {
    failure = failed;
    Duration grown = settings.firstRetry().multipliedBy(1L << Math.min(failures, 20));
    failures++;
    Duration pause = grown.compareTo(settings.lastRetry()) < 0 ? grown : settings.lastRetry();
    long nanos = (long) (pause.toNanos() * (0.5 + jitter / 2));
    Duration wish = failed.retryAfter();
    if (wish != null) {
      Duration granted = wish.compareTo(settings.longestWish()) < 0 ? wish : settings.longestWish();
      nanos = Math.max(nanos, granted.toNanos() + (long) (jitter * pause.toNanos()));
    }
    retryNanos = nanoTime + nanos;
  }

  private boolean askedSinceRenewal(long nanoTime) {
    return nanoTime - askedAt < settings.unused().toNanos();
  }

  private @Nullable Held usable(Instant now, long nanoTime) {
    Held candidate = held;
    return candidate != null && now.isBefore(candidate.expiresAt()) && nanoTime - expiresNanos < 0
        ? candidate
        : null;
  }
}
