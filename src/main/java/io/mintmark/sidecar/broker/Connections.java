package io.mintmark.sidecar.broker;

import io.grpc.ManagedChannel;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.BrokerGrpc.BrokerBlockingStub;
import io.mintmark.wire.v1.BrokerGrpc.BrokerStub;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The open connections to the broker's addresses: one each without a client certificate, and one
 * each with the newest. The address that answered last comes first.
 */
public final class Connections implements AutoCloseable {
  private final List<URI> addresses;
  private final Duration timeout;
  private final @Nullable TrustManager trust;
  private final ChannelFactory factory;
  private final Map<URI, ManagedChannel> plain = new HashMap<>();
  private final Map<URI, ManagedChannel> mutual = new HashMap<>();
  private @Nullable X509Certificate shown;
  private int preferred;
  private boolean closed;

  Connections(
      List<URI> addresses, Duration timeout, @Nullable TrustManager trust, ChannelFactory factory) {
    this.addresses = List.copyOf(addresses);
    this.timeout = timeout;
    this.trust = trust;
    this.factory = factory;
  }

  /** By what the broker is known; null for the system's authorities. */
  @Nullable TrustManager trust() {
    return trust;
  }

  synchronized List<URI> inTurn() {
    List<URI> turn = new ArrayList<>(addresses.subList(preferred, addresses.size()));
    turn.addAll(addresses.subList(0, preferred));
    return turn;
  }

  synchronized void answered(URI address) {
    preferred = Math.max(0, addresses.indexOf(address));
  }

  /**
   * Calls on an address, each to end within the configured time; mutual TLS where proof is that.
   */
  BrokerBlockingStub to(URI address, Proof proof) {
    return BrokerGrpc.newBlockingStub(channel(address, proof))
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Gives up the connections to an address that could not be used. The next attempt looks its name
   * up and its trust anew; a channel that is kept would only repeat its last failure for a while,
   * and attempts are paced elsewhere.
   */
  synchronized void failed(URI address) {
    close(plain.remove(address));
    close(mutual.remove(address));
  }

  private static void close(@Nullable ManagedChannel channel) {
    if (channel != null) {
      channel.shutdown();
    }
  }

  /** Streams of an address, without end. */
  BrokerStub streamsOf(URI address, @Nullable Proof proof) {
    return BrokerGrpc.newStub(channel(address, proof));
  }

  private synchronized ManagedChannel channel(URI address, @Nullable Proof proof) {
    if (closed) {
      throw new IllegalStateException("the sidecar stops");
    }
    if (!(proof instanceof Proof.X509Svid identity)) {
      return plain.computeIfAbsent(address, to -> factory.open(to, trust, null));
    }
    X509Certificate leaf = identity.chain().getFirst();
    if (!leaf.equals(shown)) {
      // the broker reads the certificate of the connection, so a renewed one needs a new connection
      mutual.values().forEach(ManagedChannel::shutdown);
      mutual.clear();
      shown = leaf;
    }
    return mutual.computeIfAbsent(address, to -> factory.open(to, trust, identity));
  }

  @Override
  public synchronized void close() {
    closed = true;
    plain.values().forEach(ManagedChannel::shutdownNow);
    mutual.values().forEach(ManagedChannel::shutdownNow);
    plain.clear();
    mutual.clear();
  }
}
