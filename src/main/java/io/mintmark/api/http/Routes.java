package io.mintmark.api.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All HTTP paths of the broker's port. Whatever is not in the table is answered here too, as JSON:
 * 404, 405, 413, 415, 408.
 */
public final class Routes {
  private final Map<String, Map<HttpMethod, Route>> paths = new HashMap<>();
  private final String prefix;

  /**
   * @param prefix the path of the issuer, under which all paths are served as well; empty where it
   *     has none
   */
  public Routes(String prefix) {
    this.prefix = prefix;
  }

  private record Route(@Nullable String consumes, int most, Endpoint endpoint) {}

  /** Answers GET, and HEAD without the body. */
  public Routes get(String path, Endpoint endpoint) {
    return add(path, HttpMethod.GET, new Route(null, 0, endpoint));
  }

  /** Answers POST of one media type. */
  public Routes post(String path, String consumes, Endpoint endpoint) {
    return post(path, consumes, BodyReader.MAX_BODY, endpoint);
  }

  /** Answers POST of one media type with a body of at most so many bytes. */
  public Routes post(String path, String consumes, int most, Endpoint endpoint) {
    return add(path, HttpMethod.POST, new Route(consumes, most, endpoint));
  }

  private Routes add(String path, HttpMethod method, Route route) {
    if (paths.computeIfAbsent(path, absent -> new HashMap<>()).put(method, route) != null) {
      throw new IllegalStateException(method + " " + path + " is there twice");
    }
    return this;
  }

  /** Every path with its methods, for the test that compares them with the API document. */
  public Map<String, String> table() {
    Map<String, String> table = new TreeMap<>();
    paths.forEach((path, methods) -> table.put(path, allowed(methods)));
    return table;
  }

  void handle(Vertx vertx, HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    Map<HttpMethod, Route> methods = methods(request.path());
    if (methods == null) {
      Response.send(request, HttpAnswer.plain(404, "there is nothing at this path"));
      return;
    }
    HttpMethod method =
        request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
    Route route = methods.get(method);
    if (route == null) {
      Response.send(
          request,
          HttpAnswer.plain(405, "this path does not take this method")
              .with("Allow", allowed(methods)));
      return;
    }
    if (route.consumes() == null) {
      answer(request, route, new byte[0]);
    } else if (!isMediaType(contentType, route.consumes())
        || request.getHeader("Content-Encoding") != null) {
      Response.send(
          request, HttpAnswer.plain(415, "this path takes " + route.consumes() + ", not encoded"));
    } else if (Connections.turnsAway(request)) {
      Response.send(request, HttpAnswer.OVERLOADED);
    } else {
      new BodyReader(vertx, request, route.most(), body -> answer(request, route, body)).read();
    }
  }

  private @Nullable Map<HttpMethod, Route> methods(@Nullable String path) {
    if (path == null) {
      return null;
    }
    Map<HttpMethod, Route> found = paths.get(path);
    return found == null && !prefix.isEmpty() && path.startsWith(prefix + "/")
        ? paths.get(path.substring(prefix.length()))
        : found;
  }

  private static void answer(HttpServerRequest request, Route route, byte[] body) {
    try {
      route
          .endpoint()
          .answer(new Call(request, body))
          .whenComplete(
              (answer, failure) -> {
                if (answer != null) {
                  Response.send(request, answer);
                } else {
                  Response.broken(request, failure);
                }
              });
    } catch (RuntimeException broken) {
      Response.broken(request, broken);
    }
  }

  private static String allowed(Map<HttpMethod, Route> methods) {
    return String.join(
        ", ",
        methods.keySet().stream()
            .map(HttpMethod::name)
            .map(name -> name.equals("GET") ? "GET, HEAD" : name)
            .sorted()
            .toList());
  }

  /** Whether a Content-Type is this media type; its only parameter may be {@code charset=utf-8}. */
  private static boolean isMediaType(@Nullable String contentType, String wanted) {
    if (contentType == null) {
      return false;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    boolean plain =
        parts.length == 1
            || (parts.length == 2
                && (parts[1].isBlank()
                    || parts[1].strip().replace("\"", "").equals("charset=utf-8")));
    return plain && parts[0].strip().equals(wanted);
  }
}
