package io.mintmark.api.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.Http1xServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * What every request meets first. No path goes through a framework's router, which would answer
 * some of them in words of its own; only gRPC is passed on.
 */
public final class Door {
  private final Vertx vertx;
  private final Connections connections;
  private final Routes routes;
  private final Handler<HttpServerRequest> grpc;

  public Door(
      Vertx vertx, Connections connections, Routes routes, Handler<HttpServerRequest> grpc) {
    this.vertx = vertx;
    this.connections = connections;
    this.routes = routes;
    this.grpc = grpc;
  }

  /** A server that hands everything over, and does not listen yet. */
  public HttpServer server(HttpServerOptions options) {
    return new WatchedServer(vertx, options, connections)
        .requestHandler(this::handle)
        .invalidRequestHandler(Door::invalid)
        .connectionHandler(
            connection -> {
              if (connection instanceof Http1xServerConnection plain) {
                // in place of what Vert.x looks for web sockets with, and says 501 to HTTP/9.9
                plain.handler(this::handle);
              }
            });
  }

  /** Answers a request whose head was read. */
  private void handle(HttpServerRequest request) {
    if (!Watch.of(request).began(request)) {
      request.connection().close();
      return;
    }
    if (connections.isStopping()) {
      Response.sendAndClose(request, HttpAnswer.stopping());
      return;
    }
    String malformed = malformed(request);
    if (malformed != null) {
      Response.sendAndClose(request, HttpAnswer.plain(400, malformed));
    } else if (isGrpc(request)) {
      grpc.handle(request);
    } else {
      routes.handle(vertx, request);
    }
  }

  /** Answers what is no HTTP, or more of it than is read. */
  private static void invalid(HttpServerRequest request) {
    Watch.of(request).began(request);
    Throwable cause = request.decoderResult().cause();
    HttpAnswer answer;
    if (cause instanceof TooLongHttpLineException) {
      answer = HttpAnswer.plain(414, "the request line is longer than 8 KiB");
    } else if (cause instanceof TooLongHttpHeaderException) {
      answer = HttpAnswer.plain(431, "the headers are larger than 32 KiB");
    } else {
      answer = HttpAnswer.plain(400, "the request is no HTTP");
    }
    Response.sendAndClose(request, answer);
  }

  private static boolean isGrpc(HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    return contentType != null
        && contentType.startsWith("application/grpc")
        && request.version() == HttpVersion.HTTP_2;
  }

  private static @Nullable String malformed(HttpServerRequest request) {
    if (request.version() == null) {
      return "the request is neither HTTP/1.0 nor HTTP/1.1 nor HTTP/2";
    }
    // RFC 9112 section 3.2; of two hosts a proxy and we would choose differently
    if (request.version() == HttpVersion.HTTP_1_1 && request.headers().getAll("Host").size() != 1) {
      return "the request names no host, or more than one";
    }
    return isTarget(request.uri()) ? null : "the request's target is malformed";
  }

  /** RFC 3986 section 2.1: printable ASCII, and no percent sign without two digits. */
  private static boolean isTarget(String uri) {
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
