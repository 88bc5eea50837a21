package io.mintmark.sidecar.files;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Pki;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Credentials and bundles that a test hands out, by a clock that it sets. */
public final class Hand implements Credentials, Trust, AutoCloseable {
  public static final WorkloadId ID = WorkloadId.parse("spiffe://prod.example.org/orders");
  public static final Wanted LEDGER =
      new Wanted.AccessToken("https://ledger.example.org", Set.of(), null);
  public static final Wanted IDENTITY = new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  Instant now = Pki.NOW;

  private final Pki.Issued authority =
      Pki.authority("CN=authority").uris("spiffe://prod.example.org").selfSigned();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final NioEventLoopGroup network = new NioEventLoopGroup(1);
  private final Map<Wanted, State> states = new HashMap<>();
  private final Map<Wanted, List<Consumer<State>>> listeners = new HashMap<>();
  private final List<Consumer<Map<TrustDomain, Bundle>>> trusting = new ArrayList<>();
  private Map<TrustDomain, Bundle> bundles = Map.of();

  public Surroundings surroundings() {
    return surroundings(Runnable::run);
  }

  Surroundings surroundings(Executor workers) {
    return new Surroundings(this, this, () -> now, network, timer, workers, meters);
  }

  public void give(Wanted wanted, Held held) {
    tell(wanted, new State.Ready(held));
  }

  public void giveToken(String value, int seconds) {
    give(LEDGER, token(value, seconds));
  }

  Held.Token token(String value, int seconds) {
    return new Held.Token(
        ID, value, Set.of(new Scope("ledger:read")), now, now.plusSeconds(seconds), "d");
  }

  public Held.Certificate certificate() {
    Pki.Issued leaf = Pki.leaf(ID.toString()).by(authority);
    return new Held.Certificate(
        ID, List.of(leaf.certificate()), leaf.keys().getPrivate(), now, now.plusSeconds(60), "d");
  }

  void lose(Wanted wanted) {
    tell(wanted, new State.Unavailable("broker-unreachable", "it is gone"));
  }

  /** As a sidecar that starts again, to which nothing was given. */
  void forget() {
    states.clear();
    listeners.clear();
  }

  public void giveBundle() {
    bundles =
        Map.of(
            ID.trustDomain(),
            new Bundle(ID.trustDomain(), List.of(authority.certificate()), List.of(), 7L, null));
    trusting.forEach(listener -> listener.accept(bundles));
  }

  double count(String name, String... tags) {
    var counter = meters.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public State current(Wanted wanted) {
    return states.getOrDefault(wanted, new State.Pending());
  }

  @Override
  public CompletionStage<State> soon(Wanted wanted) {
    return CompletableFuture.completedFuture(current(wanted));
  }

  @Override
  public CompletionStage<State> newerThan(Wanted wanted, Held refused) {
    return soon(wanted);
  }

  @Override
  public Watch watch(Wanted wanted, Consumer<State> listener) {
    listeners.computeIfAbsent(wanted, absent -> new ArrayList<>()).add(listener);
    @Nullable State known = states.get(wanted);
    if (known != null) {
      listener.accept(known);
    }
    return () -> listeners.getOrDefault(wanted, List.of()).remove(listener);
  }

  @Override
  public Map<TrustDomain, Bundle> bundles() {
    return bundles;
  }

  @Override
  public Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
    trusting.add(listener);
    if (!bundles.isEmpty()) {
      listener.accept(bundles);
    }
    return () -> trusting.remove(listener);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    network.shutdownGracefully();
  }

  private void tell(Wanted wanted, State state) {
    states.put(wanted, state);
    List.copyOf(listeners.getOrDefault(wanted, List.of()))
        .forEach(listener -> listener.accept(state));
  }
}
