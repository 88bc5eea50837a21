package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A proxy's routes, compiled. */
final class RouteSection {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final String SCHEME = "https://";
  private static final Set<String> NEVER_A_CREDENTIAL =
      Set.of(
          "host",
          "connection",
          "content-length",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization");

  private RouteSection() {}

  static List<Route> compile(Section entry, Section routes, boolean forward) {
    List<Route> compiled = new ArrayList<>();
    for (Section route : routes.entries()) {
      if (forward && !route.has("hosts")) {
        route.error("", "a route of a forward proxy names its hosts");
      }
      Integer port = forward ? Integer.valueOf(HTTP) : null;
      compiled.add(
          new Route(
              route.text("name", "route-" + compiled.size()),
              Set.copyOf(route.texts("hosts")),
              route.has("port") ? Integer.valueOf(route.number("port", HTTP)) : port,
              path(route),
              Set.copyOf(route.texts("methods")),
              origin(route),
              wanted(route, route.has("credential") ? route : entry),
              injection(route.at("header"))));
    }
    return compiled;
  }

  /** The one route of a proxy that names its upstream itself: every request. */
  static Route only(Section entry, Section proxy) {
    return new Route(
        "all",
        Set.of(),
        null,
        "/",
        Set.of(),
        origin(proxy),
        wanted(proxy, entry),
        injection(proxy.at("header")));
  }

  private static String path(Section route) {
    String text = route.text("path", "/");
    RoutePath path = RoutePath.of(text);
    if (path == null || !path.decoded().equals(text)) {
      route.error("path", "\"" + text + "\" is not a decoded path without dot segments");
    }
    return text;
  }

  private static Route.Origin origin(Section route) {
    String text = route.text("upstream");
    Authority authority =
        text.startsWith(SCHEME) ? Authority.parse(text.substring(SCHEME.length()), HTTPS) : null;
    if (authority == null) {
      route.error("upstream", "an upstream has the form https://host or https://host:port");
      authority = new Authority("localhost", HTTPS);
    }
    return new Route.Origin(
        authority.host(), authority.port(), trust(route.at("trust")), identity(route));
  }

  private static Route.Trusted trust(Section trust) {
    if (trust.has("spiffeId")) {
      try {
        return new Route.Trusted.Spiffe(WorkloadId.parse(trust.text("spiffeId")));
      } catch (MalformedWorkloadId malformed) {
        trust.error("spiffeId", String.valueOf(malformed.getMessage()));
      }
    }
    return trust.has("caFile")
        ? new Route.Trusted.Authorities(trust.relied("caFile"))
        : new Route.Trusted.SystemAuthorities();
  }

  private static Wanted.@Nullable X509Svid identity(Section route) {
    if (!route.has("identity")) {
      return null;
    }
    return switch (route.credential("identity")) {
      case Wanted.X509Svid svid -> svid;
      case Wanted.AccessToken _, Wanted.JwtSvid _ -> {
        route.error("identity", "only an x509Svid is an identity for TLS");
        yield null;
      }
    };
  }

  /** The credential, which stands in the route or in the delivery. */
  private static Wanted wanted(Section route, Section holder) {
    if (!holder.has("credential")) {
      route.error("", "neither the route nor the delivery has a credential");
      return new Wanted.JwtSvid(List.of(), null);
    }
    Wanted wanted = holder.credential("credential");
    switch (wanted) {
      case Wanted.AccessToken _, Wanted.JwtSvid _ -> {}
      case Wanted.X509Svid _ ->
          holder.error("credential", "a certificate fits no header; name it as identity");
    }
    return wanted;
  }

  private static Route.Injection injection(Section header) {
    String name = header.text("name", "authorization").toLowerCase(Locale.ROOT);
    if (NEVER_A_CREDENTIAL.contains(name)) {
      header.error("name", "\"" + name + "\" cannot carry a credential");
    }
    return new Route.Injection(name, header.text("prefix", "Bearer "));
  }
}
