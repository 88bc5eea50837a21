package io.mintmark.kubernetes.signing;

import io.mintmark.exchange.Exchange;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.workload.TrustDomain;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** What the broker does as a signer of its cluster. */
public final class Signing implements AutoCloseable {
  private final List<RequestController> controllers;

  private Signing(List<RequestController> controllers) {
    this.controllers = controllers;
  }

  /** Serves requests for pods' certificates and approved signing requests, until it is closed. */
  public static Signing serve(
      ClusterApi api, Exchange exchange, InstantSource clock, SigningListener listener) {
    Desk desk = new Desk(exchange, clock, address(api));
    return new Signing(
        List.of(
            new RequestController(api.client(), new PodCertificates(), desk, listener),
            new RequestController(api.client(), new SigningRequests(), desk, listener)));
  }

  /**
   * Publishes the trust bundle, until it is closed.
   *
   * @param authorities the roots of our own trust domain, those that begin or end among them
   */
  public static AutoCloseable publish(
      ClusterApi api,
      TrustDomain trustDomain,
      Supplier<List<X509Certificate>> authorities,
      SigningListener listener) {
    return new TrustBundlePublisher(api.client(), trustDomain, authorities, listener).start();
  }

  /** How many requests wait or are being served. */
  public int queued() {
    return controllers.stream().mapToInt(RequestController::queued).sum();
  }

  @Override
  public void close() {
    controllers.forEach(RequestController::close);
  }

  /** The record wants a source; a name that cannot be resolved now is none. */
  private static InetAddress address(ClusterApi api) {
    try {
      return InetAddress.getByName(URI.create(api.toString()).getHost());
    } catch (UnknownHostException away) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
