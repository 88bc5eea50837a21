package io.mintmark.kubernetes;

import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API server of the cluster: opened once a process, closed with it. Every call is bounded in
 * time and none is repeated behind its caller's back. It prints the server's address and nothing
 * that opens it.
 */
public final class ClusterApi implements AutoCloseable {
  private static final Path MOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final int MAX_TOKEN = 64 * 1024;
  private static final int MAX_KUBECONFIG = 1024 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration REQUEST = Duration.ofSeconds(10);

  /** Doubled at each attempt, five times at most. */
  private static final Duration RECONNECT = Duration.ofMillis(100);

  private static final Duration PING = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final URI address;

  private ClusterApi(KubernetesClient client, URI address) {
    this.client = client;
    this.address = address;
  }

  /**
   * Opens the client; nothing is sent yet, so a server that is away is no error here.
   *
   * @param kubeconfig a kubeconfig, of which the current context counts; null inside a pod, whose
   *     service account is used
   * @throws IOException with a sentence for the operator
   */
  public static ClusterApi open(@Nullable Path kubeconfig) throws IOException {
    return kubeconfig == null
        ? inPod(System.getenv(), MOUNT)
        : of(configured(kubeconfig), "kubeconfig \"" + kubeconfig + "\"");
  }

  /** The server as a pod sees it; the kubelet renews the token's file, so it is read each time. */
  static ClusterApi inPod(Map<String, String> environment, Path mount) throws IOException {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null || host.isBlank()) {
      throw new IOException(
          "this process is in no pod of Kubernetes (KUBERNETES_SERVICE_HOST is not set): give"
              + " MINTMARK_KUBERNETES_KUBECONFIG");
    }
    Path token = mount.resolve("token");
    Path authority = mount.resolve("ca.crt");
    for (Path needed : new Path[] {token, authority}) {
      if (!Files.isReadable(needed)) {
        throw new IOException(
            "\"" + needed + "\" cannot be read: does the pod mount its service account's token?");
      }
    }
    Path namespace = mount.resolve("namespace");
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port)
            .withCaCertFile(authority.toString())
            .withNamespace(
                Files.isReadable(namespace) ? Files.readString(namespace).strip() : "default")
            .withOauthTokenProvider(() -> token(token))
            .build();
    return of(config, "the pod's environment");
  }

  /**
   * Opens the client of another cluster's API server; nothing is sent yet.
   *
   * @param authorities in PEM, in place of the system's; null where those are meant
   * @param token the bearer token, asked for at each call; null where there is none now
   * @throws IOException with a sentence for the operator
   */
  public static ClusterApi at(
      String url, @Nullable String authorities, Supplier<@Nullable String> token)
      throws IOException {
    ConfigBuilder config =
        new ConfigBuilder(Config.empty()).withMasterUrl(url).withOauthTokenProvider(token::get);
    if (authorities != null) {
      config.withCaCertData(
          Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.UTF_8)));
    }
    return of(config.build(), "API server \"" + url + "\"");
  }

  /** For every call that the broker makes of the cluster. Whoever has it does not close it. */
  public KubernetesClient client() {
    return client;
  }

  /** The namespace of this pod, or of the kubeconfig's current context. */
  public String namespace() {
    String namespace = client.getConfiguration().getNamespace();
    return namespace == null ? "default" : namespace;
  }

  @Override
  public void close() {
    client.close();
  }

  /** The server's address. */
  @Override
  public String toString() {
    return address.toString();
  }

  private static Config configured(Path kubeconfig) throws IOException {
    if (!Files.isReadable(kubeconfig)) {
      throw new IOException("kubeconfig \"" + kubeconfig + "\" cannot be read");
    }
    if (Files.size(kubeconfig) > MAX_KUBECONFIG) {
      throw new IOException("kubeconfig \"" + kubeconfig + "\" is over 1 MiB");
    }
    try {
      Config config = Config.fromKubeconfig(kubeconfig.toFile());
      Path token = tokenFile(kubeconfig, config);
      if (token != null) {
        config.setOauthTokenProvider(() -> token(token));
      }
      return config;
    } catch (RuntimeException malformed) {
      // its message may quote the file, and the file holds keys
      throw new IOException("kubeconfig \"" + kubeconfig + "\" cannot be used");
    }
  }

  /**
   * The user's {@code tokenFile}, which the client itself passes over; null where there is none.
   */
  private static @Nullable Path tokenFile(Path kubeconfig, Config config) {
    NamedContext context = config.getCurrentContext();
    if (context == null) {
      return null;
    }
    String user = context.getContext().getUser();
    for (NamedAuthInfo one : KubeConfigUtils.parseConfig(kubeconfig.toFile()).getUsers()) {
      String file = one.getUser() == null ? null : one.getUser().getTokenFile();
      if (one.getName().equals(user) && file != null && !file.isEmpty()) {
        return kubeconfig.toAbsolutePath().resolveSibling(file);
      }
    }
    return null;
  }

  private static ClusterApi of(Config config, String origin) throws IOException {
    URI address = address(config, origin);
    if (config.isTrustCerts() || config.isDisableHostnameVerification()) {
      throw new IOException(
          origin + " turns off the check of the API server's certificate, which decides policy");
    }
    config.setConnectionTimeout((int) CONNECT.toMillis());
    config.setRequestTimeout((int) REQUEST.toMillis());
    config.setUploadRequestTimeout((int) REQUEST.toMillis());
    config.setRequestRetryBackoffLimit(0);
    config.setWebsocketPingInterval(PING.toMillis());
    config.setWatchReconnectInterval((int) RECONNECT.toMillis());
    config.setUserAgent("mintmark");
    try {
      return new ClusterApi(client(config), address);
    } catch (RuntimeException unusable) {
      // its message may quote them
      throw new IOException(origin + " names certificates or keys that cannot be used");
    }
  }

  /** The client takes every key for RSA's unless it is told. */
  private static KubernetesClient client(Config config) {
    try {
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (RuntimeException unusable) {
      if (config.getClientKeyFile() == null && config.getClientKeyData() == null) {
        throw unusable;
      }
      config.setClientKeyAlgo("EC");
      return new KubernetesClientBuilder().withConfig(config).build();
    }
  }

  /** Plain HTTP only to this machine, where {@code kubectl proxy} listens. */
  private static URI address(Config config, String origin) throws IOException {
    try {
      URI address = URI.create(String.valueOf(config.getMasterUrl()));
      if (address.getHost() != null
          && ("https".equals(address.getScheme())
              || ("http".equals(address.getScheme()) && isLoopback(address.getHost())))) {
        return new URI(
            address.getScheme(), null, address.getHost(), address.getPort(), null, null, null);
      }
    } catch (IllegalArgumentException | java.net.URISyntaxException malformed) {
      // falls through to the one sentence
    }
    throw new IOException(origin + " names no API server by an https URL");
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")
            && InetAddress.ofLiteral(unbracketed(host)).isLoopbackAddress());
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static @Nullable String token(Path file) {
    try {
      return Files.size(file) > MAX_TOKEN
          ? null
          : Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException away) {
      // without a token the server answers 401, which is said where the call was made
      return null;
    }
  }
}
