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

/**
 * What every request meets first. Nothing that a framework would answer in words of its own gets
 * past it.
 */
public final class Door {
  /** Bytes of a request's first line, or of its target over HTTP/2. */
  public static final int MAX_TARGET = 8 * 1024;

  /** Bytes of a request's headers. */
  public static final int MAX_HEADERS = 32 * 1024;

  /** How many headers a request has at most: one of two bytes takes a hundred once it is read. */
  static final int MAX_FIELDS = 128;

  private final Vertx vertx;
  private final Connections connections;
  private final Handler<HttpServerRequest> inside;

  /** A door to these paths and to gRPC. */
  public Door(
      Vertx vertx, Connections connections, Routes routes, Handler<HttpServerRequest> grpc) {
    this(
        vertx,
        connections,
        request -> {
          if (isGrpc(request)) {
            grpc.handle(request);
          } else {
            routes.handle(vertx, request);
          }
        });
  }

  /**
   * @param inside answers what is sound
   */
  public Door(Vertx vertx, Connections connections, Handler<HttpServerRequest> inside) {
    this.vertx = vertx;
    this.connections = connections;
    this.inside = inside;
  }

  /** A server that hands everything over, and does not listen yet. */
  public HttpServer server(HttpServerOptions options) {
    return server(vertx, options);
  }

  /** The same at a socket that was passed to this process, which is told when to accept. */
  public HttpServer server(HttpServerOptions options, PassedListener passed) {
    return server(passed.under(vertx), options);
  }

  private HttpServer server(Vertx beneath, HttpServerOptions options) {
    return new WatchedServer(beneath, options, connections)
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

  /** Answers a request whose head was read, whatever happens. */
  private void handle(HttpServerRequest request) {
    try {
      receive(request);
    } catch (RuntimeException broken) {
      Response.broken(request, broken);
    }
  }

  private void receive(HttpServerRequest request) {
    if (!Watch.of(request).began(request)) {
      request.connection().close();
      return;
    }
    if (connections.isStopping()) {
      Response.sendAndClose(request, HttpAnswer.stopping());
      return;
    }
    int tooLarge = RequestRules.tooLarge(request);
    String malformed = RequestRules.malformed(request);
    if (tooLarge != 0) {
      Response.sendAndClose(request, tooLarge(tooLarge));
    } else if (malformed != null) {
      Response.sendAndClose(request, HttpAnswer.plain(400, malformed));
    } else {
      inside.handle(request);
    }
  }

  /** Answers what is no HTTP, or more of it than is read. */
  private static void invalid(HttpServerRequest request) {
    Watch.of(request).began(request);
    Throwable cause = request.decoderResult().cause();
    HttpAnswer answer;
    if (cause instanceof TooLongHttpLineException) {
      answer = tooLarge(414);
    } else if (cause instanceof TooLongHttpHeaderException) {
      answer = tooLarge(431);
    } else if (cause instanceof StrictDecoder.Misframed misframed) {
      answer = HttpAnswer.plain(400, String.valueOf(misframed.getMessage()));
    } else {
      answer = HttpAnswer.plain(400, "the request is no HTTP");
    }
    Response.sendAndClose(request, answer);
  }

  private static HttpAnswer tooLarge(int status) {
    return HttpAnswer.plain(
        status,
        status == 414
            ? "the request line is longer than 8 KiB"
            : "the headers are larger than 32 KiB, or more than " + MAX_FIELDS);
  }

  private static boolean isGrpc(HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    return contentType != null
        && contentType.startsWith("application/grpc")
        && request.version() == HttpVersion.HTTP_2;
  }
}
