package io.mintmark.sidecar.sockets;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.sockets.extauthz.Route;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.ConnectionLimits;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles deliveries on Unix sockets. */
public final class SocketsSection {
  private static final int OCTAL = 8;

  /** In the order of their bits, the highest first. */
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OWNER_READ,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_EXECUTE
  };

  private SocketsSection() {}

  /** The Workload API of the delivery's X.509-SVID, with what else Envoy gets on its socket. */
  public static DeliveryPlan workloadApi(Section entry, Section to) {
    Wanted.X509Svid identity = identity(entry);
    return plan(
        to,
        new SocketPlan.WorkloadApiPlan(identity, to.text("hint", "")),
        to.flag("sds", false) ? identity : null,
        ownRoutes(to));
  }

  /** Envoy's secrets of the delivery's X.509-SVID, with external authorization beside them. */
  public static DeliveryPlan sds(Section entry, Section to) {
    return plan(to, null, identity(entry), ownRoutes(to));
  }

  /** Envoy's external authorization, whose routes name tokens or take the delivery's. */
  public static DeliveryPlan extAuthz(Section entry, Section to) {
    List<Route> routes = new ArrayList<>();
    for (Section route : to.at("routes").entries()) {
      routes.add(route(route, route.has("credential") ? route : entry));
    }
    return plan(to, null, null, routes);
  }

  private static @Nullable List<Route> ownRoutes(Section to) {
    return to.has("extAuthz")
        ? to.at("extAuthz").at("routes").entries().stream().map(own -> route(own, own)).toList()
        : null;
  }

  private static SocketPlan plan(
      Section to,
      SocketPlan.@Nullable WorkloadApiPlan workloadApi,
      Wanted.@Nullable X509Svid sds,
      @Nullable List<Route> routes) {
    Section limits = to.at("limits");
    return new SocketPlan(
        to.socket("socket"),
        mode(to.text("mode", "0600")),
        Callers.of(to),
        new ConnectionLimits(
            limits.number("connections", ConnectionLimits.DEFAULT.all()),
            limits.number("connectionsPerUser", ConnectionLimits.DEFAULT.perUser())),
        workloadApi,
        sds,
        routes);
  }

  private static Set<PosixFilePermission> mode(String octal) {
    int bits = Integer.parseInt(octal, OCTAL);
    Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((bits & (1 << (BITS.length - 1 - i))) != 0) {
        mode.add(BITS[i]);
      }
    }
    return mode;
  }

  private static Wanted.X509Svid identity(Section entry) {
    if (!entry.has("credential")) {
      entry.error("", "it needs a credential: an x509Svid");
    } else if (entry.credential("credential") instanceof Wanted.X509Svid identity) {
      return identity;
    } else {
      entry.error("credential", "it is no x509Svid");
    }
    return new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);
  }

  /** A route; the credential stands in it or in the delivery. */
  private static Route route(Section entry, Section holder) {
    Wanted wanted = new Wanted.JwtSvid(List.of(), null);
    if (holder.has("credential")) {
      wanted = holder.credential("credential");
    } else {
      entry.error("", "the route has no credential, nor has the delivery a token for it");
    }
    if (wanted instanceof Wanted.X509Svid) {
      holder.error("credential", "an X.509-SVID is no token");
    }
    String header = entry.text("header", "authorization").toLowerCase(Locale.ROOT);
    return new Route(
        lower(entry.texts("hosts")),
        entry.text("path", "/"),
        Set.copyOf(entry.texts("methods")),
        wanted,
        header,
        entry.text("prefix", header.equals("authorization") ? "Bearer " : ""),
        lower(entry.texts("remove")));
  }

  private static Set<String> lower(List<String> texts) {
    Set<String> lower = new HashSet<>();
    texts.forEach(text -> lower.add(text.toLowerCase(Locale.ROOT)));
    return lower;
  }
}
