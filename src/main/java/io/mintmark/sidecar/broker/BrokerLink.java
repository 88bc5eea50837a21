package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.plan.Sha256;
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
 * @param objection what is wrong now with the file that says whom to believe; gives null where
 *     nothing is. Reads that file
 */
public record BrokerLink(
    Connections connections, BundleStream trust, Supplier<@Nullable String> objection)
    implements AutoCloseable {
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
    Supplier<@Nullable String> objection = () -> null;
    TrustManager trust = null;
    switch (plan.trust()) {
      case BrokerPlan.BrokerTrust.Spiffe(
              TrustDomain domain,
              Path file,
              Path kept,
              Sha256 bound) -> {
        BrokerBundle bundle = BrokerBundle.read(domain, file, kept, bound);
        trust = new PeerTrust(new WorkloadId(domain, BROKER_PATH), bundle, clock);
        learning = bundle::streamed;
        objection = bundle::objection;
      }
      case BrokerPlan.BrokerTrust.Authorities(Path file, Path kept, Sha256 bound) -> {
        BrokerAuthorities authorities = new BrokerAuthorities(file, kept, bound);
        trust = authorities;
        learning = authorities::streamed;
        objection = authorities::objection;
      }
      case BrokerPlan.BrokerTrust.SystemAuthorities _ -> {}
    }
    Connections connections =
        new Connections(
            plan.addresses(), plan.timeout(), trust, new ChannelFactory(network, calls));
    return new BrokerLink(
        connections,
        new BundleStream(connections, learning, proof, timer, workers, jitter),
        objection);
  }

  @Override
  public void close() {
    trust.close();
    connections.close();
  }
}
