package io.mintmark.kubernetes.injector;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The injector's configuration.
 *
 * @param listen where the API server calls
 * @param health where health and metrics are served
 * @param webhook whose {@code caBundle} is kept current; empty where that is somebody else's
 * @param image of the sidecar
 * @param pullSecrets names of Secrets of the pods' namespaces, by which the image is pulled
 * @param arguments of the sidecar's container, before the path of its document
 * @param excluded namespaces whose pods are left alone
 * @param profiles by name
 */
public record InjectorPlan(
    String name,
    InetSocketAddress listen,
    InetSocketAddress health,
    Certificate certificate,
    Optional<Webhook> webhook,
    String image,
    String pullPolicy,
    List<String> pullSecrets,
    List<String> arguments,
    Set<String> excluded,
    BrokerReference broker,
    Map<String, Profile> profiles) {
  public InjectorPlan {
    arguments = List.copyOf(arguments);
    pullSecrets = List.copyOf(pullSecrets);
    excluded = Set.copyOf(excluded);
    profiles = Map.copyOf(profiles);
  }

  /** The injector's own certificate and key in PEM, read again when they change. */
  public record Certificate(Path chain, Path key) {}

  /** Where the API server calls. */
  public static final String PATH = "/inject";

  /**
   * @param name of the MutatingWebhookConfiguration
   * @param authorities those of our certificate, in PEM
   */
  public record Webhook(String name, Path authorities) {}
}
