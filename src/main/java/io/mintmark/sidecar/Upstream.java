package io.mintmark.sidecar;

import io.mintmark.sidecar.broker.BrokerClient;
import io.mintmark.sidecar.broker.BrokerLink;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Obtainer;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.ProofPlan;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.sidecar.proof.ProofSource;
import io.mintmark.sidecar.proof.ProofSources;
import io.mintmark.sidecar.proof.ProofUnavailable;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The broker and the proof for it, as the configuration of the moment names them. */
final class Upstream implements Obtainer, Trust, AutoCloseable {
  private final Threads threads;
  private final List<Listening> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Current current;

  /** What one configuration opened. */
  private record Current(
      BrokerPlan broker,
      List<ProofPlan> evidence,
      BrokerLink link,
      List<ProofSource> sources,
      BrokerClient client) {
    void close() {
      link.close();
      sources.forEach(ProofSource::close);
    }
  }

  Upstream(Threads threads) {
    this.threads = threads;
  }

  /**
   * Opens what is new in a configuration; what did not change stays open.
   *
   * @return whether anything is new
   */
  synchronized boolean become(Plan plan) throws IOException {
    Current old = current;
    if (old != null && old.broker.equals(plan.broker()) && old.evidence.equals(plan.evidence())) {
      return false;
    }
    List<ProofSource> sources =
        ProofSources.open(plan.evidence(), threads.network(), threads.calls());
    BrokerLink link;
    try {
      link = opened(plan, sources);
    } catch (IOException unreadable) {
      sources.forEach(ProofSource::close);
      throw unreadable;
    }
    current =
        new Current(
            plan.broker(),
            plan.evidence(),
            link,
            sources,
            new BrokerClient(link.connections(), sources, plan.broker().issuer(), threads.clock()));
    link.trust().start();
    listeners.forEach(listening -> listening.follow(link));
    if (old != null) {
      old.close();
    }
    return true;
  }

  /** What is wrong now with the file that says whom to believe, which it reads; null if nothing. */
  @Nullable String objection() {
    return now().link().objection().get();
  }

  @Override
  public Held obtain(Wanted wanted) throws NotObtained {
    return now().client().obtain(wanted);
  }

  @Override
  public Map<TrustDomain, Bundle> bundles() {
    return now().link().trust().bundles();
  }

  @Override
  public synchronized Credentials.Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
    Listening listening = new Listening(listener);
    listeners.add(listening);
    listening.follow(now().link());
    return () -> {
      listeners.remove(listening);
      listening.end();
    };
  }

  @Override
  public synchronized void close() {
    Current last = current;
    if (last != null) {
      last.close();
    }
  }

  private BrokerLink opened(Plan plan, List<ProofSource> sources) throws IOException {
    return BrokerLink.open(
        plan.broker(),
        () -> firstProof(sources, plan.broker().issuer()),
        threads.network(),
        threads.timer(),
        threads.workers(),
        threads.calls(),
        threads.clock(),
        threads.jitter());
  }

  private static @Nullable Proof firstProof(List<ProofSource> sources, String issuer) {
    for (ProofSource source : sources) {
      try {
        return source.proof(issuer);
      } catch (ProofUnavailable absent) {
        // the next may have one; that none has shows at the credentials
      }
    }
    return null;
  }

  private Current now() {
    Current now = current;
    if (now == null) {
      throw new IllegalStateException("nothing is configured yet");
    }
    return now;
  }

  /** A listener, over all brokers that configurations name. */
  private static final class Listening {
    private final Consumer<Map<TrustDomain, Bundle>> listener;
    private Credentials.@Nullable Watch watch;

    Listening(Consumer<Map<TrustDomain, Bundle>> listener) {
      this.listener = listener;
    }

    synchronized void follow(BrokerLink link) {
      end();
      watch = link.trust().watch(listener);
    }

    synchronized void end() {
      if (watch != null) {
        watch.close();
        watch = null;
      }
    }
  }
}
