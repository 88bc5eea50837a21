package io.mintmark.kubernetes.signing;

import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.Worlds;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the broker does as a signer of its cluster. */
public final class Signing implements AutoCloseable {
  private final List<RequestController> controllers;

  private Signing(List<RequestController> controllers) {
    this.controllers = controllers;
  }

  /**
   * Serves requests for pods' certificates and approved signing requests, until it is closed.
   *
   * @param worlds by which the exchange decides
   * @param policyIsCurrent false where documents may have changed without our knowing: what policy
   *     refuses then is asked again
   */
  public static Signing serve(
      ClusterApi api,
      Exchange exchange,
      Worlds worlds,
      BooleanSupplier policyIsCurrent,
      InstantSource clock,
      SigningListener listener) {
    Desk desk =
        new Desk(
            exchange,
            ClaimedObjects.of(api.client()),
            policyIsCurrent,
            clock,
            String.valueOf(URI.create(api.toString()).getHost()));
    return new Signing(
        Stream.of(new PodCertificates(), new SigningRequests())
            .map(kind -> new RequestController(api.client(), kind, desk, worlds::current, listener))
            .toList());
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

  /** Whether the API server could not be reached when it was tried last. */
  public boolean isAway() {
    return controllers.stream().anyMatch(RequestController::isAway);
  }

  @Override
  public void close() {
    controllers.forEach(RequestController::close);
  }
}
