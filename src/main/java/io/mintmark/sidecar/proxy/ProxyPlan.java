package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.unix.Callers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One proxy as configured.
 *
 * @param hosts further names by which a reverse proxy may be asked
 * @param tunnels whether CONNECT to public hosts outside the routes passes
 */
record ProxyPlan(
    String label,
    Mode mode,
    Entry entry,
    Set<String> hosts,
    @Nullable SecretPlan secret,
    boolean tunnels,
    Limits limits,
    List<Route> routes)
    implements DeliveryPlan {
  enum Mode {
    REVERSE,
    FORWARD
  }

  /** Where callers come in. */
  sealed interface Entry {
    /** A TCP address. */
    record Port(ListenAddress address) implements Entry {}

    /**
     * A Unix socket.
     *
     * @param allow null for the sidecar's own user
     */
    record Socket(Path path, @Nullable Callers allow) implements Entry {}
  }

  /** A header that every request must carry, and the file that holds its value. */
  record SecretPlan(String header, StartSecret.Place place) {}

  /**
   * How many and how long.
   *
   * @param perUser connections of one user at a Unix socket
   * @param life of a connection to an upstream, after which it takes no more requests
   * @param head for a caller's first bytes, and for the whole head of a request
   */
  record Limits(
      int connections,
      int perUser,
      int upstreamConnections,
      Duration life,
      Duration head,
      Duration connect,
      Duration response,
      Duration idle) {}

  ProxyPlan {
    hosts = Set.copyOf(hosts);
    routes = List.copyOf(routes);
  }

  @Override
  public String name() {
    return "proxy \"" + label + "\"";
  }

  @Override
  public Set<Path> paths() {
    Set<Path> paths = new HashSet<>();
    if (entry instanceof Entry.Socket socket) {
      paths.add(socket.path());
    }
    if (secret != null) {
      paths.add(secret.place().path());
    }
    return paths;
  }

  @Override
  public Set<String> holds() {
    Set<String> held = paths().stream().map(Path::toString).collect(Collectors.toSet());
    if (entry instanceof Entry.Port(ListenAddress address) && address.port() != 0) {
      held.add("port " + address.port());
    }
    return held;
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    return new ProxyDelivery(this, surroundings);
  }
}
