package io.mintmark.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.function.BiConsumer;

/**
 * A server that asks before a connection costs anything, and reads HTTP/1 strictly. Vert.x itself
 * tells of a connection when its TLS handshake is done, and over plain HTTP when the first request
 * is there.
 */
public final class WatchedServer extends HttpServerImpl {
  private final HttpServerOptions http;
  private final Connections connections;

  public WatchedServer(Vertx vertx, HttpServerOptions options, Connections connections) {
    super((VertxInternal) vertx, options);
    this.http = options;
    this.connections = connections;
  }

  @Override
  protected BiConsumer<Channel, SslChannelProvider> childHandler(
      ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
    BiConsumer<Channel, SslChannelProvider> next = super.childHandler(context, address, shaping);
    return (channel, tls) -> {
      if (connections.admit(channel)) {
        next.accept(channel, tls);
        channel.pipeline().addLast(new Strictness());
      } else {
        var _ = channel.close();
      }
    };
  }

  /**
   * Puts the strict decoder in the place of Vert.x's own, or a limit before HTTP/2's. It stands
   * before where Vert.x adds the decoder once it knows which HTTP is spoken, so that the first
   * bytes pass here before that.
   */
  private final class Strictness extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext here, Object bytes) {
      if (here.pipeline().get(VertxHttpRequestDecoder.class) != null) {
        here.pipeline()
            .replace(
                VertxHttpRequestDecoder.class,
                "strictHttpDecoder",
                new StrictDecoder(http, Watch.of(here.channel())));
      }
      Http2ConnectionHandler http2 = here.pipeline().get(Http2ConnectionHandler.class);
      if (http2 != null) {
        FrameLimit limit =
            new FrameLimit(
                Watch.of(here.channel()),
                http2.encoder().configuration().headersConfiguration(),
                System::nanoTime);
        limit.follow(http2.connection());
        here.pipeline().addAfter(here.name(), "frameLimit", limit);
      }
      here.fireChannelRead(bytes);
      here.pipeline().remove(this);
    }
  }
}
