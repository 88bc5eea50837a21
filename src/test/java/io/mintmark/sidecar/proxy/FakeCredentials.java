package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Credentials as a test sets them. */
final class FakeCredentials implements Credentials {
  static final Wanted WANTED = new Wanted.AccessToken("https://ledger.example.org", Set.of(), null);

  final Map<Wanted, State> states = new ConcurrentHashMap<>();
  final AtomicInteger renewed = new AtomicInteger();

  /** What is answered when a resource refused one; by default the next of the same name. */
  volatile CompletionStage<State> next = CompletableFuture.completedFuture(ready("token-2"));

  FakeCredentials() {
    states.put(WANTED, ready("token-1"));
  }

  static State.Ready ready(String value) {
    return ready(value, Instant.now().plus(Duration.ofHours(1)));
  }

  static State.Ready ready(String value, Instant expiry) {
    try {
      return new State.Ready(
          new Held.Token(
              WorkloadId.parse("spiffe://prod.example.org/orders"),
              value,
              Set.of(),
              expiry.minusSeconds(3600),
              expiry,
              "decision"));
    } catch (io.mintmark.workload.MalformedWorkloadId impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public State current(Wanted wanted) {
    return states.getOrDefault(wanted, new State.Pending());
  }

  @Override
  public CompletionStage<State> soon(Wanted wanted) {
    return CompletableFuture.completedFuture(
        new State.Unavailable("broker-unreachable", "the broker cannot be reached"));
  }

  @Override
  public CompletionStage<State> newerThan(Wanted wanted, Held refused) {
    renewed.incrementAndGet();
    next.thenAccept(state -> states.put(wanted, state));
    return next;
  }

  @Override
  public Watch watch(Wanted wanted, Consumer<State> listener) {
    return () -> {};
  }
}
