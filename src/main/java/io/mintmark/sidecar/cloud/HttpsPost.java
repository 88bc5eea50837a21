package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.files.SmallFile;
import io.mintmark.sidecar.files.TrustedDocument;
import io.mintmark.sidecar.tls.ClientTls;
import io.mintmark.sidecar.tls.TlsFailure;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Posts a form to one server over TLS: a connection for each, an answer of bounded size, all within
 * one time limit. Redirects are answers like any other and are not followed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be written shows when it closes
final class HttpsPost {
  private static final int HTTPS = 443;
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEAD = 16 * 1024;
  private static final int MAX_ANSWER = 64 * 1024;
  private static final int MAX_AUTHORITIES_BYTES = 1 << 20;
  private static final int MAX_AUTHORITIES = 512;
  private static final int MAX_ADDRESSES = 4;

  private final EventLoop loop;
  private final Executor workers;
  private final Executor lookups;
  private final URI url;
  private final @Nullable Path authorities;
  private final Duration limit;

  /**
   * @param workers for what TLS computes
   * @param lookups for what waits: names and the authorities' file
   * @param authorities in PEM, read at each post; null for the system's
   * @param limit from the first look-up to the last byte
   */
  HttpsPost(
      EventLoop loop,
      Executor workers,
      Executor lookups,
      URI url,
      @Nullable Path authorities,
      Duration limit) {
    this.loop = loop;
    this.workers = workers;
    this.lookups = lookups;
    this.url = url;
    this.authorities = authorities;
    this.limit = limit;
  }

  /** An answer of any status. */
  record Answer(int status, byte[] body) {}

  /** There is no answer; the message is ours and repeats nothing that was received. */
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Completes exceptionally with a {@link NoAnswer} only. */
  CompletionStage<Answer> send(String form) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    var late =
        loop.schedule(
            () -> result.completeExceptionally(failed("gave no whole answer in time", null)),
            limit.toNanos(),
            TimeUnit.NANOSECONDS);
    result.whenComplete((answer, failure) -> late.cancel(false));
    try {
      lookups.execute(() -> open(form, result));
    } catch (RejectedExecutionException busy) {
      result.completeExceptionally(failed("was not called: there is too much to do", busy));
    }
    return result;
  }

  private void open(String form, CompletableFuture<Answer> result) {
    try {
      SslContext tls = tls();
      result.whenComplete((answer, failure) -> ClientTls.release(tls));
      InetAddress[] addresses = InetAddress.getAllByName(url.getHost());
      loop.execute(() -> connect(tls, addresses, 0, form, result));
    } catch (MalformedCertificate | IOException | RuntimeException unusable) {
      String why =
          unusable instanceof java.net.UnknownHostException
              ? "has no address"
              : "cannot be called: its authorities cannot be read: " + unusable.getMessage();
      result.completeExceptionally(failed(why, unusable));
    }
  }

  private SslContext tls() throws IOException, MalformedCertificate {
    SslContextBuilder builder = ClientTls.builder();
    if (authorities != null) {
      TrustedDocument.requireFile(authorities);
      builder.trustManager(
          Certificates.parse(SmallFile.read(authorities, MAX_AUTHORITIES_BYTES), MAX_AUTHORITIES)
              .toArray(X509Certificate[]::new));
    }
    return ClientTls.built(builder);
  }

  private void connect(
      SslContext tls,
      InetAddress[] addresses,
      int index,
      String form,
      CompletableFuture<Answer> result) {
    if (result.isDone()) {
      return; // the look-up took too long, and what TLS needs was given back
    }
    int port = url.getPort() < 0 ? HTTPS : url.getPort();
    new Bootstrap()
        .group(loop)
        .channel(
            loop.parent() instanceof EpollEventLoopGroup
                ? EpollSocketChannel.class
                : NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(limit.toMillis() / 2))
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                result.whenComplete((answer, failure) -> channel.close());
                channel
                    .pipeline()
                    .addLast(
                        handler(tls, channel, port),
                        new HttpClientCodec(MAX_LINE, MAX_HEAD, MAX_ANSWER),
                        new HttpObjectAggregator(MAX_ANSWER),
                        new Conversation(form, result));
              }
            })
        .connect(new InetSocketAddress(addresses[index], port))
        .addListener(
            (ChannelFuture connected) -> {
              int next = index + 1;
              if (connected.isSuccess()) {
                return;
              }
              if (next < Math.min(addresses.length, MAX_ADDRESSES)) {
                connect(tls, addresses, next, form, result);
              } else {
                result.completeExceptionally(failed("takes no connection", connected.cause()));
              }
            });
  }

  private SslHandler handler(SslContext tls, Channel channel, int port) {
    SslHandler handler = tls.newHandler(channel.alloc(), url.getHost(), port, workers);
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    handler.engine().setSSLParameters(parameters);
    handler.setHandshakeTimeoutMillis(limit.toMillis());
    return handler;
  }

  /** Names that the server's certificate quotes are not repeated. */
  private NoAnswer refused(Throwable cause) {
    return failed(
        TlsFailure.ofCertificate(cause)
            ? "is not trusted: its certificate is of another authority or name, or over"
            : "speaks no TLS that is spoken here",
        cause);
  }

  private NoAnswer failed(String why, @Nullable Throwable cause) {
    return new NoAnswer("\"" + url.getHost() + "\" " + why, cause);
  }

  /** One request and its answer. */
  private final class Conversation extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final String form;
    private final CompletableFuture<Answer> result;

    Conversation(String form, CompletableFuture<Answer> result) {
      this.form = form;
      this.result = result;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof io.netty.handler.ssl.SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          context.writeAndFlush(request());
        } else {
          result.completeExceptionally(refused(handshake.cause()));
        }
      }
    }

    private FullHttpRequest request() {
      byte[] bytes = form.getBytes(StandardCharsets.US_ASCII);
      String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
      FullHttpRequest request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(bytes));
      request
          .headers()
          .set(HttpHeaderNames.HOST, url.getRawAuthority())
          .set(HttpHeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
          .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
          .set(HttpHeaderNames.ACCEPT, "text/xml")
          .set(HttpHeaderNames.ACCEPT_ENCODING, "identity")
          .set(HttpHeaderNames.USER_AGENT, "mintmark")
          .set(HttpHeaderNames.CONNECTION, "close");
      return request;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      boolean whole = response.decoderResult().isSuccess();
      String encoding = response.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
      if (whole && encoding.equalsIgnoreCase("identity")) {
        result.complete(
            new Answer(response.status().code(), ByteBufUtil.getBytes(response.content())));
      } else {
        result.completeExceptionally(failed("answered with what is not read", null));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      result.completeExceptionally(failed("broke off", null));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      boolean tls = cause instanceof SSLException || cause.getCause() instanceof SSLException;
      result.completeExceptionally(
          tls ? refused(cause) : failed("answered too much, or what is not HTTP", cause));
      context.close();
    }
  }
}
