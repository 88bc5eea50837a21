package io.mintmark.api.http;

import io.netty.channel.Channel;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.function.BiConsumer;

/**
 * A server that asks before a connection costs anything. Vert.x itself tells of one when its TLS
 * handshake is done, and over plain HTTP when the first request is there.
 */
public final class WatchedServer extends HttpServerImpl {
  private final Connections connections;

  public WatchedServer(Vertx vertx, HttpServerOptions options, Connections connections) {
    super((VertxInternal) vertx, options);
    this.connections = connections;
  }

  @Override
  protected BiConsumer<Channel, SslChannelProvider> childHandler(
      ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
    BiConsumer<Channel, SslChannelProvider> next = super.childHandler(context, address, shaping);
    return (channel, tls) -> {
      if (connections.admit(channel)) {
        next.accept(channel, tls);
      } else {
        var _ = channel.close();
      }
    };
  }
}
