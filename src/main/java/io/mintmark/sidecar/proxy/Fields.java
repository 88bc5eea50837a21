package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which fields pass from one side to the other (RFC 9110 section 7.6.1). */
final class Fields {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "x-http2-stream-id",
          "x-http2-scheme",
          "x-http2-path",
          "x-http2-stream-weight",
          "x-http2-stream-dependency-id",
          "x-http2-stream-promise-id");

  /** What only the proxy itself says of a message, whatever a Connection field names. */
  private static final Set<String> FRAMING = Set.of("host", "content-length");

  /** What makes no sense or mischief at a message's end (RFC 9110 section 6.5.1). */
  private static final Set<String> NEVER_TRAILERS =
      Set.of(
          "authorization",
          "host",
          "content-length",
          "content-encoding",
          "content-type",
          "content-range",
          "cookie",
          "set-cookie",
          "cache-control",
          "expect",
          "max-forwards",
          "range",
          "trailer",
          "location",
          "www-authenticate");

  /** By which frameworks take a request for one of another method or path than its line says. */
  private static final Set<String> OVERRIDES =
      Set.of(
          "x-http-method-override",
          "x-http-method",
          "x-method-override",
          "x-original-url",
          "x-rewrite-url");

  private Fields() {}

  /**
   * A caller's fields as they go on, still without a credential: nothing of this hop, nothing of
   * what the caller might pass for a credential, under any spelling that a server takes for it.
   */
  static HttpHeaders request(HttpHeaders from, Route route, @Nullable String secret) {
    HttpHeaders kept = endToEnd(from);
    Set<String> taken = new HashSet<>();
    taken.add("authorization");
    taken.add("proxy-authorization");
    taken.add(alike(route.injection().header()));
    if (route.limited()) {
      taken.addAll(OVERRIDES);
    }
    if (secret != null) {
      taken.add(alike(secret));
    }
    remove(kept, taken);
    boolean trailers =
        from.getAll("te").stream().anyMatch(te -> te.strip().equalsIgnoreCase("trailers"));
    if (trailers) {
      kept.set("te", "trailers");
    }
    kept.set("host", route.upstream().authority());
    return kept;
  }

  static HttpHeaders response(HttpHeaders from) {
    return endToEnd(from);
  }

  /** The trailers that may go on. */
  static HttpHeaders trailers(HttpHeaders from, @Nullable Route route) {
    HttpHeaders kept = endToEnd(from);
    Set<String> taken = new HashSet<>(NEVER_TRAILERS);
    if (route != null) {
      taken.add(alike(route.injection().header()));
    }
    remove(kept, taken);
    return kept;
  }

  private static HttpHeaders endToEnd(HttpHeaders from) {
    Set<String> nominated = new HashSet<>();
    for (String list : from.getAll("connection")) {
      for (String name : list.split(",", -1)) {
        nominated.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    HttpHeaders kept = Grammar.newFields();
    for (var each = from.iteratorCharSequence(); each.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> field = each.next();
      String name = field.getKey().toString().toLowerCase(Locale.ROOT);
      if (FRAMING.contains(name) || (!HOP_BY_HOP.contains(name) && !nominated.contains(name))) {
        kept.add(name, field.getValue());
      }
    }
    return kept;
  }

  private static void remove(HttpHeaders fields, Set<String> taken) {
    for (String name : fields.names()) {
      if (taken.contains(alike(name))) {
        fields.remove(name);
      }
    }
  }

  /** A gateway interface makes one variable of both spellings (RFC 3875 section 4.1.18). */
  private static String alike(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
