package io.mintmark.sidecar.cloud;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One token, as a test hands it out. */
final class FakeToken implements Credentials, Trust {
  static final Wanted WANTED = new Wanted.AccessToken("sts.amazonaws.com", Set.of(), null);

  final AtomicInteger newer = new AtomicInteger();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
  private volatile State state = new State.Pending();

  static State.Ready ready(String value, Instant expiry) {
    return new State.Ready(
        new Held.Token(
            WorkloadId.parse("spiffe://prod.example.org/orders"),
            value,
            Set.of(),
            expiry.minusSeconds(300),
            expiry,
            "decision"));
  }

  void become(State next) {
    state = next;
    listeners.forEach(listener -> listener.accept(next));
  }

  void lose(String reason) {
    become(new State.Unavailable(reason, "the broker said \"" + reason + "\""));
  }

  Surroundings surroundings(Threads threads, InstantSource clock) {
    return new Surroundings(
        this, this, clock, threads.network(), threads.timer(), threads.workers(), meters);
  }

  double count(String name, String... tags) {
    var counter = meters.find("mintmark.sidecar.aws." + name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public State current(Wanted wanted) {
    return state;
  }

  @Override
  public CompletionStage<State> soon(Wanted wanted) {
    return CompletableFuture.completedFuture(state);
  }

  @Override
  public CompletionStage<State> newerThan(Wanted wanted, Held refused) {
    newer.incrementAndGet();
    return CompletableFuture.completedFuture(state);
  }

  @Override
  public Watch watch(Wanted wanted, Consumer<State> listener) {
    listeners.add(listener);
    listener.accept(state);
    return () -> listeners.remove(listener);
  }

  @Override
  public Map<TrustDomain, Bundle> bundles() {
    return Map.of();
  }

  @Override
  public Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
    return () -> {};
  }
}
