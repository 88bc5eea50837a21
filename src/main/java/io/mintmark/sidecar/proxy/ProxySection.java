package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code spec.proxies}, compiled. */
public final class ProxySection {
  private static final String UNIX = "unix://";
  private static final int MAX_SOCKET_PATH = 107;

  private ProxySection() {}

  /** All proxies of a document. */
  public static List<DeliveryPlan> compile(Section proxies) {
    List<DeliveryPlan> plans = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section proxy : proxies.entries()) {
      if (!names.add(proxy.text("name"))) {
        proxy.error("name", "there is another proxy \"" + proxy.text("name") + "\"");
      }
      plans.add(proxy(proxy));
    }
    return plans;
  }

  private static ProxyPlan proxy(Section proxy) {
    boolean forward = proxy.text("mode").equals("forward");
    boolean tunnels = proxy.text("others").equals("tunnel");
    if (tunnels && !forward) {
      proxy.error("others", "only a proxy of mode forward tunnels");
    }
    ProxyPlan.Entry entry = entry(proxy);
    return new ProxyPlan(
        proxy.text("name"),
        forward ? ProxyPlan.Mode.FORWARD : ProxyPlan.Mode.REVERSE,
        entry,
        Set.copyOf(proxy.texts("hosts")),
        secret(proxy),
        tunnels,
        limits(proxy),
        RouteSection.compile(proxy.at("routes"), forward));
  }

  private static ProxyPlan.Entry entry(Section proxy) {
    String listen = proxy.text("listen");
    if (listen.startsWith(UNIX)) {
      return new ProxyPlan.Entry.Socket(socket(proxy, listen), allowed(proxy.at("allow")));
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

  private static Path socket(Section proxy, String listen) {
    String path = listen.substring(UNIX.length());
    try {
      if (path.startsWith("/") && path.length() <= MAX_SOCKET_PATH) {
        return Path.of(path).normalize();
      }
    } catch (InvalidPathException wrong) {
      // said below
    }
    proxy.error("listen", "a Unix socket has the form unix:///path, of at most 107 characters");
    return Path.of("/");
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
        proxy.duration("connectTimeout", Duration.ofSeconds(10)),
        proxy.duration("responseTimeout", Duration.ofMinutes(1)),
        proxy.duration("idleTimeout", Duration.ofMinutes(5)));
  }
}
