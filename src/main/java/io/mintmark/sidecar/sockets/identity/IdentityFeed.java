package io.mintmark.sidecar.sockets.identity;

import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The identity and the bundles as they are now, told to any number of streams: one watch on each
 * for all of them, so that a rotation costs the same whoever listens.
 */
public final class IdentityFeed implements AutoCloseable {
  private static final int MAX_STREAMS = 4096;

  private final Wanted.X509Svid wanted;
  private final Credentials credentials;
  private final Trust trust;
  private final InstantSource clock;
  private final Set<Runnable> streams = ConcurrentHashMap.newKeySet();
  private State state = new State.Pending();
  private Map<TrustDomain, Bundle> bundles = Map.of();
  private Identity identity = new Identity.Pending();
  private List<Credentials.Watch> watches = List.of();
  private boolean closed;

  public IdentityFeed(
      Wanted.X509Svid wanted, Credentials credentials, Trust trust, InstantSource clock) {
    this.wanted = wanted;
    this.credentials = credentials;
    this.trust = trust;
    this.clock = clock;
  }

  /** Begins to follow what is held. */
  public void start() {
    Credentials.Watch trusted = trust.watch(this::trusts);
    watches = List.of(trusted, credentials.watch(wanted, this::holds));
  }

  /** What there is now; never a certificate that has expired. */
  public synchronized Identity identity() {
    if (closed) {
      return new Identity.Unavailable("stopping", "the sidecar stops");
    }
    return identity instanceof Identity.Ready ready
            && !clock.instant().isBefore(ready.certificate().expiresAt())
        ? new Identity.Unavailable("expired", "the credential expired and was not renewed")
        : identity;
  }

  /** The bundles of every trust domain that is believed; empty before the first answer. */
  public synchronized Map<TrustDomain, Bundle> bundles() {
    return bundles;
  }

  /** Whether it has ended and will say nothing more. */
  public synchronized boolean closed() {
    return closed;
  }

  /** Runs the listener at each change until the watch is closed; null where too many listen. */
  public Credentials.@Nullable Watch subscribe(Runnable changed) {
    if (streams.size() >= MAX_STREAMS) {
      return null;
    }
    streams.add(changed);
    return () -> streams.remove(changed);
  }

  /** Tells every stream that it has ended. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    watches.forEach(Credentials.Watch::close);
    changed();
  }

  private void trusts(Map<TrustDomain, Bundle> next) {
    synchronized (this) {
      bundles = next;
      identity = combined();
    }
    changed();
  }

  private void holds(State next) {
    synchronized (this) {
      state = next;
      identity = combined();
    }
    changed();
  }

  private Identity combined() {
    return switch (state) {
      case State.Pending _ -> new Identity.Pending();
      case State.Unavailable(String reason, String message) ->
          new Identity.Unavailable(reason, message);
      case State.Ready(Held.Certificate certificate) -> combined(certificate);
      case State.Ready(Held.Token _) ->
          new Identity.Unavailable("internal", "the credential is no certificate");
    };
  }

  private Identity combined(Held.Certificate certificate) {
    Map<TrustDomain, Bundle> others = new HashMap<>(bundles);
    Bundle own = others.remove(certificate.workload().trustDomain());
    if (own == null) {
      return new Identity.Pending();
    }
    return own.x509Authorities().isEmpty()
        ? new Identity.Unavailable(
            "bundle-empty", "the trust domain has no authority that is believed")
        : new Identity.Ready(certificate, own, others);
  }

  private void changed() {
    streams.forEach(Runnable::run);
  }
}
