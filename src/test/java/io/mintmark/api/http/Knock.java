package io.mintmark.api.http;

import io.mintmark.api.Networks;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests to {@link Routes} without a socket, so that what a fuzzer finds happens again. */
public final class Knock {
  private static final SocketAddress LOOPBACK = SocketAddress.inetSocketAddress(1, "127.0.0.1");

  private final Vertx vertx;
  private final Routes routes;
  private final HttpServerConnection connection;

  public Knock(Vertx vertx, Routes routes) {
    this.vertx = vertx;
    this.routes = routes;
    Connections all =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    Channel channel = new EmbeddedChannel(new Watch(all, InetAddress.getLoopbackAddress(), null));
    this.connection =
        proxy(
            HttpServerConnection.class,
            (self, method, given) -> {
              return switch (method.getName()) {
                case "channel" -> channel;
                case "close" -> Future.succeededFuture();
                default -> throw new UnsupportedOperationException(method.getName());
              };
            });
  }

  /**
   * Posts from loopback in the clear; an answer that does not come within ten minutes, paused or
   * not, throws.
   */
  public HttpAnswer post(String path, Map<String, String> headers, byte[] body) throws Exception {
    MultiMap fields = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    Answering answering = new Answering();
    var response = proxy(HttpServerResponse.class, answering);
    var request =
        proxy(HttpServerRequest.class, new Asking(path, fields, body, response, connection));
    routes.handle(vertx, request);
    return answering.answer.get(10, TimeUnit.MINUTES);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** The request; its body arrives, in one piece, once it is resumed. */
  private static final class Asking implements InvocationHandler {
    private final String path;
    private final MultiMap fields;
    private final byte[] body;
    private final HttpServerResponse response;
    private final HttpServerConnection connection;
    private @Nullable Handler<Buffer> reader;
    private @Nullable Handler<Void> ending;

    Asking(
        String path,
        MultiMap fields,
        byte[] body,
        HttpServerResponse response,
        HttpServerConnection connection) {
      this.path = path;
      this.fields = fields;
      this.body = body;
      this.response = response;
      this.connection = connection;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object invoke(Object self, java.lang.reflect.Method method, Object[] given) {
      return switch (method.getName()) {
        case "path", "uri" -> path;
        case "method" -> HttpMethod.POST;
        case "version" -> HttpVersion.HTTP_1_1;
        case "remoteAddress" -> LOOPBACK;
        case "sslSession", "getParam", "authority" -> null;
        case "headers" -> fields;
        case "getHeader" -> fields.get(given[0].toString());
        case "response" -> response;
        case "connection" -> connection;
        case "handler" -> {
          reader = (Handler<Buffer>) given[0];
          yield self;
        }
        case "endHandler" -> {
          ending = (Handler<Void>) given[0];
          yield self;
        }
        case "exceptionHandler", "pause" -> self;
        case "resume" -> {
          deliver();
          yield self;
        }
        default -> throw new UnsupportedOperationException(method.getName());
      };
    }

    private void deliver() {
      if (reader != null) {
        reader.handle(Buffer.buffer(body));
      }
      if (ending != null) {
        ending.handle(null);
      }
    }
  }

  /** The answer, once it is whole. */
  private static final class Answering implements InvocationHandler {
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    private final Map<String, String> fields = new LinkedHashMap<>();
    private int status;
    private @Nullable Handler<Void> sent;

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object invoke(Object self, java.lang.reflect.Method method, Object[] given) {
      switch (method.getName()) {
        case "ended" -> {
          return answer.isDone();
        }
        case "closed" -> {
          return false;
        }
        case "setStatusCode" -> status = (int) given[0];
        case "putHeader" -> fields.put(given[0].toString(), given[1].toString());
        case "endHandler" -> sent = (Handler<Void>) given[0];
        case "end" -> {
          answer.complete(new HttpAnswer(status, fields, ((Buffer) given[0]).getBytes()));
          if (sent != null) {
            sent.handle(null);
          }
          return Future.succeededFuture();
        }
        default -> throw new UnsupportedOperationException(method.getName());
      }
      return self;
    }
  }
}
