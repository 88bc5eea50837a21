package io.mintmark.sidecar.sockets;

import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Credentials and trust that are what a test says they are. */
final class HeldState implements Credentials, Trust {
  final List<Wanted> asked = new CopyOnWriteArrayList<>();
  private final Map<Wanted, State> states = new ConcurrentHashMap<>();
  private final Map<Wanted, List<Consumer<State>>> watchers = new ConcurrentHashMap<>();
  private final List<Consumer<Map<TrustDomain, Bundle>>> trustWatchers =
      new CopyOnWriteArrayList<>();
  private volatile Map<TrustDomain, Bundle> bundles = Map.of();

  void become(Wanted wanted, State state) {
    states.put(wanted, state);
    watchers.getOrDefault(wanted, List.of()).forEach(each -> each.accept(state));
  }

  void trust(Bundle... all) {
    Map<TrustDomain, Bundle> next = new ConcurrentHashMap<>();
    for (Bundle bundle : all) {
      next.put(bundle.trustDomain(), bundle);
    }
    bundles = Map.copyOf(next);
    new ArrayList<>(trustWatchers).forEach(each -> each.accept(bundles));
  }

  @Override
  public State current(Wanted wanted) {
    asked.add(wanted);
    return states.getOrDefault(wanted, new State.Unavailable("no-grant", "no grant applies"));
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
    List<Consumer<State>> all = watchers.computeIfAbsent(wanted, _ -> new CopyOnWriteArrayList<>());
    all.add(listener);
    State state = states.get(wanted);
    if (state != null) {
      listener.accept(state);
    }
    return () -> all.remove(listener);
  }

  @Override
  public Map<TrustDomain, Bundle> bundles() {
    return bundles;
  }

  @Override
  public Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
    trustWatchers.add(listener);
    listener.accept(bundles);
    return () -> trustWatchers.remove(listener);
  }
}
