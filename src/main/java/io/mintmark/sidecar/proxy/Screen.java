package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a request is and whether it may go on, before anything is done for it. */
final class Screen {
  private static final int HTTP = 80;
  private static final String SCHEME = "http://";

  private final ProxyPlan plan;
  private final int port;
  private final Set<String> own;
  private final byte @Nullable [] secret;

  /**
   * @param port the port that it listens on; 0 at a Unix socket
   * @param secret the value that requests must carry; null where none is configured
   */
  Screen(ProxyPlan plan, int port, @Nullable String secret) {
    this.plan = plan;
    this.port = port;
    this.own = new HashSet<>(plan.hosts());
    plan.routes().forEach(route -> own.addAll(route.hosts()));
    if (plan.entry() instanceof ProxyPlan.Entry.Port(var address)) {
      own.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
      own.add(address.host().contains(":") ? "[" + address.host() + "]" : address.host());
    }
    this.secret = secret == null ? null : secret.getBytes(StandardCharsets.US_ASCII);
  }

  /** What is to be done with a request. */
  sealed interface Verdict {
    /**
     * To be sent on with a credential.
     *
     * @param websocket whether it asks for a WebSocket
     */
    record Routed(Route route, RoutePath path, boolean websocket) implements Verdict {}

    /** To be tunnelled, unseen. */
    record Tunnelled(Authority to) implements Verdict {}

    record Refused(Refusal refusal) implements Verdict {}
  }

  Verdict verdict(HttpRequest request, boolean http2) {
    HttpHeaders headers = request.headers();
    if (http2 && !wellFormed(request)) {
      return new Verdict.Refused(Refusal.REQUEST_MALFORMED);
    }
    if (request.method().equals(HttpMethod.TRACE)) {
      return new Verdict.Refused(Refusal.METHOD_REFUSED);
    }
    Refusal stranger = stranger(headers);
    if (stranger != null) {
      return new Verdict.Refused(stranger);
    }
    if (request.method().equals(HttpMethod.CONNECT)) {
      return connect(request, http2);
    }
    return headers.contains("upgrade") && !websocket(request)
        ? new Verdict.Refused(Refusal.UPGRADE_REFUSED)
        : target(request, http2);
  }

  private static boolean wellFormed(HttpRequest request) {
    return Grammar.wellFormed(request.headers())
        && Grammar.token(request.method().name())
        && !(Grammar.framing(request.headers(), true) instanceof Grammar.Framing.Ambiguous);
  }

  /** A web page's script reaches every port of the machine that it is read on. */
  private @Nullable Refusal stranger(HttpHeaders headers) {
    ProxyPlan.SecretPlan expected = plan.secret();
    if (expected != null && secret != null) {
      List<String> shown = headers.getAll(expected.header());
      boolean known =
          shown.size() == 1
              && MessageDigest.isEqual(
                  secret, shown.getFirst().getBytes(StandardCharsets.ISO_8859_1));
      return known ? null : Refusal.SECRET_REFUSED;
    }
    boolean page =
        headers.contains("origin")
            || headers.getAll("sec-fetch-site").stream().anyMatch(site -> !site.equals("none"));
    return page ? Refusal.BROWSER_REFUSED : null;
  }

  private Verdict connect(HttpRequest request, boolean http2) {
    Authority to = Authority.parse(request.uri(), 0);
    List<String> hosts = request.headers().getAll("host");
    if (http2 || to == null || hosts.size() > 1 || !request.uri().contains(":")) {
      return new Verdict.Refused(Refusal.FORM_REFUSED);
    }
    if (hosts.size() == 1 && !to.equals(Authority.parse(hosts.getFirst(), to.port()))) {
      return new Verdict.Refused(Refusal.HOST_MISMATCH);
    }
    boolean routed = plan.routes().stream().anyMatch(route -> route.hosts().contains(to.host()));
    return plan.tunnels() && !routed && request instanceof FullHttpRequest
        ? new Verdict.Tunnelled(to)
        : new Verdict.Refused(Refusal.TUNNEL_REFUSED);
  }

  /** RFC 6455 section 4.1; every other upgrade would open a way past the checks (h2c above all). */
  private static boolean websocket(HttpRequest request) {
    List<String> protocols = request.headers().getAll("upgrade");
    boolean nominated =
        request.headers().getAll("connection").stream()
            .flatMap(list -> List.of(list.split(",", -1)).stream())
            .anyMatch(name -> name.strip().equalsIgnoreCase("upgrade"));
    return protocols.size() == 1
        && protocols.getFirst().equalsIgnoreCase("websocket")
        && nominated
        && request.method().equals(HttpMethod.GET)
        && request instanceof FullHttpRequest;
  }

  private Verdict target(HttpRequest request, boolean http2) {
    List<String> hosts = request.headers().getAll("host");
    Authority host = hosts.size() == 1 ? Authority.parse(hosts.getFirst(), HTTP) : null;
    if (host == null) {
      return new Verdict.Refused(Refusal.HOST_MISMATCH);
    }
    return switch (plan.mode()) {
      case REVERSE -> reverse(request, host);
      case FORWARD -> forward(request, host, http2);
    };
  }

  private Verdict reverse(HttpRequest request, Authority host) {
    boolean options = request.uri().equals("*") && request.method().equals(HttpMethod.OPTIONS);
    if (options || !request.uri().startsWith("/")) {
      return new Verdict.Refused(Refusal.FORM_REFUSED);
    }
    // a page whose own name was made to lead here would be of one origin with this proxy
    boolean known =
        plan.entry() instanceof ProxyPlan.Entry.Socket
            || (own.contains(host.host()) && (host.port() == port || host.port() == HTTP));
    return known ? routed(request, host, request.uri()) : new Verdict.Refused(Refusal.HOST_UNKNOWN);
  }

  private Verdict forward(HttpRequest request, Authority host, boolean http2) {
    String uri = request.uri();
    if (http2) {
      // here :authority and :path are apart, so there is no absolute form to be confused by
      return uri.startsWith("/")
          ? routed(request, host, uri)
          : new Verdict.Refused(Refusal.FORM_REFUSED);
    }
    if (!uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return new Verdict.Refused(Refusal.FORM_REFUSED);
    }
    int end = SCHEME.length();
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    Authority named = Authority.parse(uri.substring(SCHEME.length(), end), HTTP);
    if (named == null || !named.equals(host)) {
      return new Verdict.Refused(Refusal.HOST_MISMATCH);
    }
    String rest = uri.substring(end);
    return routed(request, named, rest.startsWith("/") ? rest : "/" + rest);
  }

  private Verdict routed(HttpRequest request, Authority asked, String target) {
    RoutePath path = RoutePath.of(target);
    if (path == null) {
      return new Verdict.Refused(Refusal.PATH_REFUSED);
    }
    String method = request.method().name();
    for (Route route : plan.routes()) {
      if (route.matches(asked, path, method)) {
        return new Verdict.Routed(route, path, request.headers().contains("upgrade"));
      }
    }
    return new Verdict.Refused(
        method.equals(method.toUpperCase(Locale.ROOT))
            ? Refusal.ROUTE_UNKNOWN
            : Refusal.REQUEST_MALFORMED);
  }
}
