package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Trust;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The pools of connections to a proxy's upstreams. */
final class Upstreams {
  private final Connector connector;
  private final ProxyPlan.Limits limits;
  private final Trust trust;
  private final InstantSource clock;
  private final Map<Key, Pool> pools = new HashMap<>();

  /** A caller's HTTP/2 goes on as HTTP/2 where the upstream knows it, HTTP/1.1 as itself. */
  private record Key(Route.Origin origin, boolean http2) {}

  Upstreams(Connector connector, ProxyPlan.Limits limits, Trust trust, InstantSource clock) {
    this.connector = connector;
    this.limits = limits;
    this.trust = trust;
    this.clock = clock;
  }

  Pool pool(Route.Origin origin, boolean http2) {
    return pools.computeIfAbsent(
        new Key(origin, http2),
        key ->
            new Pool(
                connector, origin, new UpstreamTls(origin, http2, trust, clock), http2, limits));
  }

  void close() {
    pools.values().forEach(Pool::close);
  }
}
