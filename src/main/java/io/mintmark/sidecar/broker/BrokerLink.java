package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.spiffe.PeerTrust;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one broker and the trust bundles that it streams.
 *
 * @param trust not begun yet
 */
public record BrokerLink(Connections connections, BundleStream trust) implements AutoCloseable {
  private static final String BROKER_PATH = "/mintmark/broker";
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_AUTHORITIES = 512;

  /**
   * Throws an {@link IOException} with a sentence where trust cannot be read.
   *
   * @param proof what is shown for the stream of bundles; gives null where there is none now
   */
  public static BrokerLink open(
      BrokerPlan plan,
      Supplier<@Nullable Proof> proof,
      EventLoopGroup network,
      ScheduledExecutorService timer,
      Executor workers,
      InstantSource clock,
      DoubleSupplier jitter)
      throws IOException {
    BrokerBundle bundle =
        plan.trust() instanceof BrokerPlan.BrokerTrust.Spiffe spiffe
            ? BrokerBundle.read(spiffe.trustDomain(), spiffe.bundle())
            : null;
    TrustManager trust =
        switch (plan.trust()) {
          case BrokerPlan.BrokerTrust.Spiffe spiffe ->
              new PeerTrust(
                  new WorkloadId(spiffe.trustDomain(), BROKER_PATH),
                  java.util.Objects.requireNonNull(bundle),
                  clock);
          case BrokerPlan.BrokerTrust.Authorities(Path caFile) -> authorities(caFile);
          case BrokerPlan.BrokerTrust.SystemAuthorities _ -> null;
        };
    Connections connections =
        new Connections(
            plan.addresses(), plan.timeout(), trust, new ChannelFactory(network, workers));
    return new BrokerLink(
        connections, new BundleStream(connections, bundle, proof, timer, workers, jitter));
  }

  @Override
  public void close() {
    trust.close();
    connections.close();
  }

  private static @Nullable TrustManager authorities(Path caFile) throws IOException {
    try (InputStream in = Files.newInputStream(caFile)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int index = 0;
      for (X509Certificate authority :
          Certificates.parse(in.readNBytes(MAX_BYTES), MAX_AUTHORITIES)) {
        store.setCertificateEntry("authority-" + index++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (MalformedCertificate | GeneralSecurityException malformed) {
      throw new IOException(
          "\"" + caFile + "\" holds no certificate authorities: " + malformed.getMessage(),
          malformed);
    }
  }
}
