package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Section;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles a delivery by proxy. */
public final class ProxySection {
  private static final String UNIX = "unix://";
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
      return new ProxyPlan.Entry.Socket(proxy.socket("listen"), allowed(proxy.at("allow")));
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
    return new ProxyPlan.Entry.Port(address);
  }

  private static ProxyPlan.@Nullable Allowed allowed(Section allow) {
    return allow.present()
        ? new ProxyPlan.Allowed(numbers(allow.at("uids")), numbers(allow.at("gids")))
        : null;
  }

  private static Set<Long> numbers(Section list) {
    Set<Long> numbers = new HashSet<>();
    list.node().forEach(one -> numbers.add(one.asLong()));
    return Set.copyOf(numbers);
  }

  private static ProxyPlan.@Nullable SecretPlan secret(Section proxy) {
    Section secret = proxy.at("secret");
    return secret.present()
        ? new ProxyPlan.SecretPlan(
            secret.text("header", "x-mintmark-proxy-secret").toLowerCase(Locale.ROOT),
            secret.path("file"))
        : null;
  }

  private static ProxyPlan.Limits limits(Section proxy) {
    return new ProxyPlan.Limits(
        proxy.number("connections", 256),
        proxy.number("upstreamConnections", 64),
        HEAD,
        proxy.duration("connectTimeout", Duration.ofSeconds(10)),
        proxy.duration("responseTimeout", Duration.ofMinutes(1)),
        proxy.duration("idleTimeout", Duration.ofMinutes(5)));
  }
}
