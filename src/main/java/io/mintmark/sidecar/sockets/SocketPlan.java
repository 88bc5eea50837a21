package io.mintmark.sidecar.sockets;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.sockets.extauthz.Route;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.ConnectionLimits;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket and what is served on it.
 *
 * @param callers null for the sidecar's own user alone
 * @param workloadApi null where the Workload API is not served
 * @param sds whose certificate Envoy gets; null where SDS is not served
 * @param routes null where ext_authz is not served
 */
record SocketPlan(
    Path path,
    Set<PosixFilePermission> mode,
    @Nullable Callers callers,
    ConnectionLimits limits,
    @Nullable WorkloadApiPlan workloadApi,
    Wanted.@Nullable X509Svid sds,
    @Nullable List<Route> routes)
    implements DeliveryPlan {
  SocketPlan {
    mode = Set.copyOf(mode);
    routes = routes == null ? null : List.copyOf(routes);
  }

  /** The Workload API of one identity. */
  record WorkloadApiPlan(Wanted.X509Svid identity, String hint) {}

  @Override
  public String name() {
    return "socket \"" + path + "\"";
  }

  @Override
  public Set<Path> paths() {
    return Set.of(path);
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    return new SocketDelivery(this, surroundings);
  }
}
