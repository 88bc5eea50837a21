package io.mintmark.sidecar;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.sidecar.plan.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Health and metrics over plain HTTP: {@code /q/health/live}, {@code /q/health/ready} (200 or 503
 * with the reasons, a line each) and {@code /q/metrics}. One request a connection, which ends after
 * five seconds whatever became of it.
 */
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
public final class Management implements AutoCloseable {
  private static final int MOST = 64;
  private static final int LIMIT_SECONDS = 5;
  private static final int MAX_LINE = 2048;
  private static final int MAX_HEADERS = 8192;
  private static final int MAX_CHUNK = 1024;

  private final Channel listening;
  private final ExecutorService thread;

  private Management(Channel listening, ExecutorService thread) {
    this.listening = listening;
    this.thread = thread;
  }

  /** Listens; an address that cannot be had is an error that names it. */
  public static Management start(
      ListenAddress listen,
      EventLoopGroup network,
      Supplier<List<String>> notReady,
      PrometheusMeterRegistry meters)
      throws IOException {
    // whether it is ready may have to wait for a reload; that it lives never does
    ThreadPoolExecutor thread =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST),
            Thread.ofPlatform().daemon().name("mintmark-management").factory());
    thread.allowCoreThreadTimeOut(true);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(network)
            .channel(
                network instanceof EpollEventLoopGroup
                    ? EpollServerSocketChannel.class
                    : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, MOST)
            .childHandler(new Callers(thread, notReady, meters))
            .bind(new InetSocketAddress(listen.host(), listen.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      thread.shutdownNow();
      throw new IOException(
          "management cannot listen on " + listen + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    return new Management(bound.channel(), thread);
  }

  /** The port in use. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    thread.shutdownNow();
  }

  /** So many at once, each for so long; who comes when all places are taken gets the oldest's. */
  private static final class Callers extends ChannelInitializer<Channel> {
    private final ExecutorService thread;
    private final Supplier<List<String>> notReady;
    private final PrometheusMeterRegistry meters;
    private final Set<Channel> open = new LinkedHashSet<>();

    Callers(
        ExecutorService thread, Supplier<List<String>> notReady, PrometheusMeterRegistry meters) {
      this.thread = thread;
      this.notReady = notReady;
      this.meters = meters;
    }

    private static void end(Channel caller) {
      var _ = caller.close();
    }

    private synchronized @Nullable Channel placed(Channel caller) {
      Channel oldest = open.size() < MOST ? null : open.iterator().next();
      open.remove(oldest);
      open.add(caller);
      return oldest;
    }

    private synchronized void gone(Channel caller) {
      open.remove(caller);
    }

    @Override
    protected void initChannel(Channel caller) {
      Channel oldest = placed(caller);
      if (oldest != null) {
        end(oldest);
      }
      var _ = caller.closeFuture().addListener(_ -> gone(caller));
      ScheduledFuture<?> limit =
          caller.eventLoop().schedule(() -> end(caller), LIMIT_SECONDS, TimeUnit.SECONDS);
      var _ = caller.closeFuture().addListener(_ -> limit.cancel(false));
      caller
          .pipeline()
          .addLast(
              new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK),
              new Answering(thread, notReady, meters));
    }
  }

  /** Answers the first request of a connection and ends it. */
  private static final class Answering extends SimpleChannelInboundHandler<Object> {
    private final ExecutorService thread;
    private final Supplier<List<String>> notReady;
    private final PrometheusMeterRegistry meters;
    private boolean answered;

    Answering(
        ExecutorService thread, Supplier<List<String>> notReady, PrometheusMeterRegistry meters) {
      this.thread = thread;
      this.notReady = notReady;
      this.meters = meters;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
      if (answered || !(message instanceof HttpRequest request)) {
        return;
      }
      answered = true;
      if (request.decoderResult().isFailure()) {
        send(context, HttpResponseStatus.BAD_REQUEST, "malformed\n");
      } else if (!request.method().equals(HttpMethod.GET)) {
        send(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "GET only\n");
      } else {
        answer(context, request.uri());
      }
    }

    private void answer(ChannelHandlerContext context, String path) {
      switch (path) {
        case "/q/health/live" -> send(context, HttpResponseStatus.OK, "live\n");
        case "/q/health/ready" -> elsewhere(context, () -> readiness(context));
        case "/q/metrics" ->
            elsewhere(context, () -> send(context, HttpResponseStatus.OK, meters.scrape()));
        default -> send(context, HttpResponseStatus.NOT_FOUND, "not found\n");
      }
    }

    private void readiness(ChannelHandlerContext context) {
      List<String> reasons = notReady.get();
      if (reasons.isEmpty()) {
        send(context, HttpResponseStatus.OK, "ready\n");
      } else {
        send(context, HttpResponseStatus.SERVICE_UNAVAILABLE, String.join("\n", reasons) + "\n");
      }
    }

    private void elsewhere(ChannelHandlerContext context, Runnable task) {
      try {
        thread.execute(task);
      } catch (RejectedExecutionException busy) {
        send(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "busy\n");
      }
    }

    private static void send(
        ChannelHandlerContext context, HttpResponseStatus status, String text) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .set(HttpHeaderNames.CONNECTION, "close")
          .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
      var _ = context.close();
    }
  }
}
