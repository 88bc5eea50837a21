package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.unix.Callers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles a delivery by proxy. */
public final class ProxySection {
  private static final String UNIX = "unix://";
  private static final int CONNECTIONS = 256;

  /** So that a changed authority, bundle or address of the upstream is noticed. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private static final Duration HEAD = Duration.ofSeconds(10);

  private ProxySection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, whose credential routes without one of their own have
   */
  public static DeliveryPlan compile(Section entry, Section proxy) {
    boolean forward = proxy.text("mode").equals("forward");
    boolean tunnels = proxy.text("others").equals("tunnel");
    if (tunnels && !forward) {
      proxy.error("others", "only a proxy of mode forward tunnels");
    }
    return new ProxyPlan(
        entry.text("name"),
        forward ? ProxyPlan.Mode.FORWARD : ProxyPlan.Mode.REVERSE,
        entry(proxy),
        Set.copyOf(proxy.texts("hosts")),
        secret(proxy),
        tunnels,
        limits(proxy),
        routes(entry, proxy, forward));
  }

  private static List<Route> routes(Section entry, Section proxy, boolean forward) {
    if (proxy.has("upstream") == proxy.has("routes")) {
      proxy.error("", "a proxy has exactly one of \"upstream\" and \"routes\"");
    }
    if (proxy.has("routes")) {
      for (String part : List.of("header", "trust", "identity")) {
        if (proxy.has(part)) {
          proxy.error(part, "where there are routes, each has its own \"" + part + "\"");
        }
      }
      return RouteSection.compile(entry, proxy.at("routes"), forward);
    }
    if (forward) {
      proxy.error("", "a proxy of mode forward has routes, which name hosts");
    }
    return List.of(RouteSection.only(entry, proxy));
  }

  private static ProxyPlan.Entry entry(Section proxy) {
    String listen = proxy.text("listen");
    if (listen.startsWith(UNIX)) {
      return new ProxyPlan.Entry.Socket(proxy.socket("listen"), Callers.of(proxy));
    }
    if (proxy.has("allow")) {
      proxy.error("allow", "users are known at a Unix socket only");
    }
    ListenAddress address = new ListenAddress("127.0.0.1", 0);
    try {
      address = ListenAddress.parse(listen);
    } catch (IllegalArgumentException wrong) {
      proxy.error("listen", "\"" + listen + "\": " + wrong.getMessage());
    }
    if (!address.loopback() && !proxy.flag("allowRemote", false)) {
      proxy.error(
          "listen",
          "\"" + listen + "\" is not on the loopback; set allowRemote: true where it must be");
    }
    if (!proxy.has("secret")) {
      proxy.warning(
          "listen",
          "\""
              + listen
              + "\" has no secret: every program that reaches it has the credential's rights");
    }
    return new ProxyPlan.Entry.Port(address);
  }

  private static ProxyPlan.@Nullable SecretPlan secret(Section proxy) {
    Section secret = proxy.at("secret");
    return secret.present()
        ? new ProxyPlan.SecretPlan(
            secret.text("header", "x-mintmark-proxy-secret").toLowerCase(Locale.ROOT),
            StartSecret.Place.of(secret))
        : null;
  }

  /** Where one user alone is served, there is nobody to leave room for. */
  private static boolean severalUsers(Section proxy) {
    Section allow = proxy.at("allow");
    return allow.at("uids").entries().size() > 1 || !allow.at("gids").entries().isEmpty();
  }

  private static ProxyPlan.Limits limits(Section proxy) {
    int connections = proxy.number("connections", CONNECTIONS);
    return new ProxyPlan.Limits(
        connections,
        proxy.number(
            "connectionsPerUser", severalUsers(proxy) ? (connections + 1) / 2 : connections),
        proxy.number("upstreamConnections", 64),
        LIFE,
        HEAD,
        proxy.duration("connectTimeout", Duration.ofSeconds(10)),
        proxy.duration("responseTimeout", Duration.ofMinutes(1)),
        proxy.duration("idleTimeout", Duration.ofMinutes(5)));
  }
}
