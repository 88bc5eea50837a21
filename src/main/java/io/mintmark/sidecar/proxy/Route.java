package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.workload.WorkloadId;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go to which upstream, and with what.
 *
 * @param name as metrics show it
 * @param hosts empty for any
 * @param port null for any
 * @param methods empty for any
 * @param wanted an access token or a JWT-SVID
 */
record Route(
    String name,
    Set<String> hosts,
    @Nullable Integer port,
    String path,
    Set<String> methods,
    Origin upstream,
    Wanted wanted,
    Injection injection) {
  /**
   * A server over TLS and how it is known.
   *
   * @param identity the X.509-SVID to show; null for none
   */
  record Origin(String host, int port, Trusted trust, Wanted.@Nullable X509Svid identity) {
    private static final int HTTPS = 443;

    /** As the Host field says it (RFC 9110 section 7.2). */
    String authority() {
      return port == HTTPS ? host : host + ":" + port;
    }
  }

  /** The header that carries the credential, in lower case, and what stands before it. */
  record Injection(String header, String prefix) {}

  /** By what an upstream is known. */
  sealed interface Trusted {
    /** Its name, and the system's authorities. */
    record SystemAuthorities() implements Trusted {}

    /** Its name, and the authorities of a PEM file. */
    record Authorities(Path file) implements Trusted {}

    /** Its SPIFFE ID. */
    record Spiffe(WorkloadId id) implements Trusted {}
  }

  Route {
    hosts = Set.copyOf(hosts);
    methods = Set.copyOf(methods);
  }

  /** Whether only some methods or paths of the upstream are meant. */
  boolean limited() {
    return !methods.isEmpty() || !path.equals("/");
  }

  boolean matches(Authority asked, RoutePath path, String method) {
    return (hosts.isEmpty() || hosts.contains(asked.host()))
        && (port == null || port == asked.port())
        && (methods.isEmpty() || methods.contains(method))
        && path.startsWith(this.path);
  }
}
