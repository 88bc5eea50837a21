package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.PeerTrust;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one broker and the trust bundles that it streams.
 *
 * @param trust not begun yet
 */
public record BrokerLink(Connections connections, BundleStream trust) implements AutoCloseable {
  static final String BROKER_PATH = "/mintmark/broker";

  /**
   * Throws an {@link IOException} with a sentence where trust cannot be read.
   *
   * @param calls gRPC's own, on which nothing waits
   * @param proof what is shown for the stream of bundles; gives null where there is none now
   */
  public static BrokerLink open(
      BrokerPlan plan,
      Supplier<@Nullable Proof> proof,
      EventLoopGroup network,
      ScheduledExecutorService timer,
      Executor workers,
      Executor calls,
      InstantSource clock,
      DoubleSupplier jitter)
      throws IOException {
    Consumer<Map<TrustDomain, Bundle>> learning = _ -> {};
    TrustManager trust = null;
    switch (plan.trust()) {
      case BrokerPlan.BrokerTrust.Spiffe(TrustDomain domain, Path file, Path kept) -> {
        BrokerBundle bundle = BrokerBundle.read(domain, file, kept);
        trust = new PeerTrust(new WorkloadId(domain, BROKER_PATH), bundle, clock);
        learning = bundle::streamed;
      }
      case BrokerPlan.BrokerTrust.Authorities(Path file, Path kept) -> {
        BrokerAuthorities authorities = new BrokerAuthorities(file, kept);
        trust = authorities;
        learning = authorities::streamed;
      }
      case BrokerPlan.BrokerTrust.SystemAuthorities _ -> {}
    }
    Connections connections =
        new Connections(
            plan.addresses(), plan.timeout(), trust, new ChannelFactory(network, calls));
    return new BrokerLink(
        connections, new BundleStream(connections, learning, proof, timer, workers, jitter));
  }

  @Override
  public void close() {
    trust.close();
    connections.close();
  }
}
