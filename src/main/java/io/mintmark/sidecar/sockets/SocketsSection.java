package io.mintmark.sidecar.sockets;

import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.sockets.extauthz.Route;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles {@code spec.sockets}. */
public final class SocketsSection {
  /** Whom the kernel names for users of other namespaces: anybody. */
  private static final long OVERFLOW = 65_534;

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

  /** The deliveries of the section; none where it is absent. */
  public static List<SocketPlan> compile(Section sockets) {
    List<SocketPlan> plans = new ArrayList<>();
    Set<Path> paths = new HashSet<>();
    for (Section entry : sockets.entries()) {
      SocketPlan plan = socket(entry);
      if (!paths.add(plan.path())) {
        entry.error("path", "there is another socket \"" + plan.path() + "\"");
      }
      plans.add(plan);
    }
    return plans;
  }

  private static SocketPlan socket(Section entry) {
    if (!entry.has("workloadApi") && !entry.has("sds") && !entry.has("extAuthz")) {
      entry.error("", "nothing is served: workloadApi, sds or extAuthz is missing");
    }
    Section limits = entry.at("limits");
    return new SocketPlan(
        entry.path("path"),
        mode(entry.text("mode", "0600")),
        callers(entry),
        new ConnectionLimits(
            limits.number("connections", ConnectionLimits.DEFAULT.all()),
            limits.number("connectionsPerUser", ConnectionLimits.DEFAULT.perUser())),
        workloadApi(entry.at("workloadApi")),
        entry.has("sds") ? identity(entry.at("sds")) : null,
        routes(entry.at("extAuthz")));
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

  private static @Nullable Callers callers(Section entry) {
    if (!entry.has("allow")) {
      return null;
    }
    Set<Long> uids = new HashSet<>();
    Set<Long> gids = new HashSet<>();
    for (Section caller : entry.at("allow").entries()) {
      boolean user = caller.has("uid");
      long id = caller.at(user ? "uid" : "gid").node().asLong();
      (user ? uids : gids).add(id);
      if (id == OVERFLOW) {
        caller.warning("", "the kernel shows every user of another user namespace as " + OVERFLOW);
      }
    }
    if (uids.isEmpty() && gids.isEmpty()) {
      entry.warning("allow", "the list is empty, so nobody is served");
    }
    return new Callers(uids, gids);
  }

  private static SocketPlan.@Nullable WorkloadApiPlan workloadApi(Section api) {
    return api.present()
        ? new SocketPlan.WorkloadApiPlan(identity(api), api.text("hint", ""))
        : null;
  }

  private static Wanted.X509Svid identity(Section user) {
    Wanted wanted = user.credential("credential");
    if (wanted instanceof Wanted.X509Svid identity) {
      return identity;
    }
    user.error("credential", "\"" + user.text("credential") + "\" is no x509Svid");
    return new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);
  }

  private static @Nullable List<Route> routes(Section authorization) {
    if (!authorization.present()) {
      return null;
    }
    List<Route> routes = new ArrayList<>();
    for (Section entry : authorization.at("routes").entries()) {
      routes.add(route(entry));
    }
    return routes;
  }

  private static Route route(Section entry) {
    Wanted wanted = entry.credential("credential");
    if (wanted instanceof Wanted.X509Svid) {
      entry.error("credential", "\"" + entry.text("credential") + "\" is no token");
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
