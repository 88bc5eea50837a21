package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.delivery.NameLookups;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Opens connections: names are looked up on workers, everything else is the event loop's. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Connector {
  private static final int MAX_ADDRESSES = 4;

  private static final AttributeKey<Held.Certificate> SHOWN =
      AttributeKey.valueOf(Connector.class, "shown");

  private final EventLoop loop;
  private final Executor workers;
  private final Credentials credentials;
  private final int timeout;
  private final Lookups routes;
  private final Lookups tunnels;

  /**
   * @param timeout for a connection, and again for its TLS
   */
  Connector(
      EventLoop loop,
      Executor workers,
      NameLookups lookups,
      Credentials credentials,
      Duration timeout) {
    this.loop = loop;
    this.workers = workers;
    this.credentials = credentials;
    this.routes = new Lookups(loop, lookups.configured(), 3, 256);
    this.tunnels = new Lookups(loop, lookups.callers(), 2, 64);
    this.timeout = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
  }

  /** What a caller that names a host itself may be connected to. */
  interface Permitted {
    boolean permits(int port);

    boolean permits(InetAddress address);
  }

  /** Connects and completes TLS; the promise is the loop's. */
  Promise<Channel> secure(Route.Origin origin, UpstreamTls tls) {
    Promise<Channel> promise = loop.newPromise();
    routes.run(
        promise,
        () -> {
          Held.Certificate identity = identity(origin);
          SslContext context = tls.context(identity);
          promise.addListener(done -> ClientTls.release(context));
          InetAddress[] addresses = addresses(origin.host());
          loop.execute(
              () ->
                  connect(
                      addresses,
                      0,
                      origin.port(),
                      secured(tls, context, identity, promise),
                      promise));
        });
    return promise;
  }

  /**
   * Connects without TLS of its own, to the first address if all are permitted; a promise that is
   * done before its turn comes is not looked into.
   */
  Promise<Channel> plain(Authority to, Permitted permitted) {
    Promise<Channel> promise = loop.newPromise();
    tunnels.run(
        promise,
        () -> {
          InetAddress[] addresses = addresses(to.host());
          for (InetAddress address : addresses) {
            if (!permitted.permits(address)) {
              throw new NotPermitted();
            }
          }
          loop.execute(() -> connect(addresses, 0, to.port(), new Connected(promise), promise));
        });
    return promise;
  }

  /** The address is one that may not be connected to. */
  static final class NotPermitted extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** The client certificate that is configured cannot be had. */
  static final class NoIdentity extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Whether a connection shows the client certificate of the moment, or none is wanted. */
  boolean current(Channel channel, Route.Origin origin) {
    try {
      Held.Certificate identity = identity(origin);
      return identity == null || identity.equals(channel.attr(SHOWN).get());
    } catch (NoIdentity gone) {
      return false;
    }
  }

  private Held.@Nullable Certificate identity(Route.Origin origin) throws NoIdentity {
    if (origin.identity() == null) {
      return null;
    }
    Credentials.State state = credentials.current(origin.identity());
    if (state instanceof Credentials.State.Ready(Held.Certificate certificate)) {
      return certificate;
    }
    throw new NoIdentity();
  }

  private static InetAddress[] addresses(String host) throws UnknownHostException {
    return InetAddress.getAllByName(host);
  }

  private void connect(
      InetAddress[] addresses, int index, int port, ChannelHandler first, Promise<Channel> result) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(
                loop.parent() instanceof EpollEventLoopGroup
                    ? EpollSocketChannel.class
                    : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
            .handler(first);
    bootstrap
        .connect(new InetSocketAddress(addresses[index], port))
        .addListener(
            (ChannelFuture connected) -> {
              if (connected.isSuccess()) {
                return;
              }
              int next = index + 1;
              if (next < Math.min(addresses.length, MAX_ADDRESSES) && !result.isDone()) {
                connect(addresses, next, port, first, result);
              } else {
                result.tryFailure(connected.cause());
              }
            });
  }

  private ChannelHandler secured(
      UpstreamTls tls,
      SslContext context,
      Held.@Nullable Certificate identity,
      Promise<Channel> result) {
    return new Shareable() {
      @Override
      protected void initChannel(Channel channel) {
        channel.attr(SHOWN).set(identity);
        SslHandler handler = tls.handler(context, channel.alloc(), workers);
        handler.setHandshakeTimeoutMillis(timeout);
        channel.pipeline().addLast(handler, new Unattended());
        handler
            .handshakeFuture()
            .addListener(
                shaken -> {
                  if (!shaken.isSuccess()) {
                    result.tryFailure(shaken.cause());
                    channel.close();
                  } else if (!result.trySuccess(channel)) {
                    channel.close();
                  }
                });
      }
    };
  }

  /** May be used for the next address when one does not answer. */
  @ChannelHandler.Sharable
  private abstract static class Shareable extends ChannelInitializer<Channel> {}

  /** What breaks while no exchange has the connection ends it, and fills no log with stacks. */
  private static final class Unattended extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (context.pipeline().get(UpstreamSide.class) == null) {
        context.close();
      } else {
        context.fireExceptionCaught(cause);
      }
    }
  }

  /** Says that a connection is there. */
  @ChannelHandler.Sharable
  private static final class Connected extends ChannelInboundHandlerAdapter {
    private final Promise<Channel> result;

    Connected(Promise<Channel> result) {
      this.result = result;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Channel channel = context.channel();
      context.pipeline().remove(this);
      if (!result.trySuccess(channel)) {
        channel.close();
      }
    }
  }
}
