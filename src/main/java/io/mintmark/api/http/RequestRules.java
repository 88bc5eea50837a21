package io.mintmark.api.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request's head must be before anybody looks for what it asks for. */
final class RequestRules {
  /** RFC 9110 section 7.2: {@code uri-host [ ":" port ]}, of which RFC 3986 has the letters. */
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:[0-9]{0,5})?");

  private static final List<String> SCHEMES = List.of("http://", "https://");

  /** What a field counts for beside its characters (RFC 9113 section 6.5.2). */
  private static final int FIELD = 32;

  private RequestRules() {}

  /** The status for more head than is read, 414 or 431; zero where it is not too large. */
  static int tooLarge(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      return 0; // the decoder of HTTP/1 counts by itself
    }
    if (request.uri() != null && request.uri().length() > Door.MAX_TARGET) {
      return 414;
    }
    int fields = 0;
    int size = 0;
    for (Map.Entry<String, String> field : request.headers()) {
      fields++;
      size += size(field);
    }
    return fields > Door.MAX_FIELDS || size > Door.MAX_HEADERS ? 431 : 0;
  }

  /** The size of a head's fields (RFC 9113 section 6.5.2). */
  static <F extends Map.Entry<? extends CharSequence, ? extends CharSequence>> int size(
      Iterator<F> fields) {
    int size = 0;
    while (fields.hasNext()) {
      size += size(fields.next());
    }
    return size;
  }

  private static int size(Map.Entry<? extends CharSequence, ? extends CharSequence> field) {
    return FIELD + field.getKey().length() + field.getValue().length();
  }

  /** Why a request is refused with status 400; null where it is not. */
  static @Nullable String malformed(HttpServerRequest request) {
    if (request.version() == null) {
      return "the request is neither HTTP/1.0 nor HTTP/1.1 nor HTTP/2";
    }
    // RFC 9112 section 3.2; of two hosts a proxy and we would choose differently
    List<String> hosts = request.headers().getAll("Host");
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return "the request names no host, or more than one";
    }
    String host = hosts.isEmpty() ? null : hosts.getFirst();
    if (host != null && !HOST.matcher(host).matches()) {
      return "the request's host is malformed";
    }
    if (request.version() == HttpVersion.HTTP_2 && !areFields(request)) {
      return "a header of the request is malformed";
    }
    return isTarget(request.uri(), request.version() == HttpVersion.HTTP_2 ? null : host)
        ? null
        : "the request's target is malformed";
  }

  /** RFC 9113 section 8.2.1, which the frames do not enforce. */
  private static boolean areFields(HttpServerRequest request) {
    for (Map.Entry<String, String> field : request.headers()) {
      String value = field.getValue();
      if (!isFieldValue(value) || !value.equals(value.strip())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFieldValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /**
   * A path; or, for whoever mistakes us for a proxy, a whole URL of the host that is named beside
   * it, since of two the one in the target would count (RFC 9112 section 3.2.2). A CONNECT over
   * HTTP/2 has none.
   */
  private static boolean isTarget(@Nullable String uri, @Nullable String host) {
    if (uri == null || !isUriText(uri)) {
      return false;
    }
    return uri.startsWith("/")
        || (host != null
            && SCHEMES.stream().anyMatch(scheme -> uri.startsWith(scheme + host + "/")));
  }

  /** RFC 3986 section 2.1: printable ASCII, and no percent sign without two digits. */
  private static boolean isUriText(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
      if (c == '%' && !(isHex(uri, i + 1) && isHex(uri, i + 2))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHex(String text, int index) {
    return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
  }
}
