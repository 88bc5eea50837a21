package io.mintmark.sidecar.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.proxy.RawUpstream;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ClientTlsTest {
  private final EventLoopGroup network = new NioEventLoopGroup(1);
  private final Counting trust = new Counting();

  @AfterEach
  void stop() {
    network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void whatWeShipForIsServedByBoringSsl() {
    assertThat(OpenSsl.isAvailable()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    assertThat(ClientTls.provider().toString()).isEqualTo("OPENSSL");
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void aServerThatWasBelievedOnceIsAskedForItsCertificateEachTime() throws Exception {
    SslContext context = ClientTls.built(ClientTls.builder().trustManager(trust));
    try (RawUpstream server = new RawUpstream()) {
      assertThat(asked(context, server.port())).contains("hello");
      assertThat(asked(context, server.port())).contains("hello");
      assertThat(trust.asked).hasValue(2);
      trust.believes = false;
      assertThatThrownBy(() -> asked(context, server.port())).hasRootCauseMessage("withdrawn");
    } finally {
      ClientTls.release(context);
    }
  }

  @Test
  void aConnectionOutlivesWhatItWasMadeWith() throws Exception {
    SslContext context = ClientTls.built(ClientTls.builder().trustManager(trust));
    try (RawUpstream server = new RawUpstream()) {
      server.answers =
          (request, socket) -> {
            ClientTls.release(context);
            return RawUpstream.say(socket, RawUpstream.ok("later"));
          };
      assertThat(asked(context, server.port())).contains("later");
    }
    network.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    if (context instanceof ReferenceCounted counted) {
      assertThat(counted.refCnt()).isZero();
    }
  }

  @Test
  void theConnectionToAServerThatSpeaksNoTlsEndsWithAnError() throws Exception {
    SslContext context = ClientTls.built(ClientTls.builder().trustManager(trust));
    try (var server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> saysHttp(server));
      assertThatThrownBy(() -> asked(context, server.getLocalPort()))
          .hasCauseInstanceOf(SSLException.class)
          .satisfies(
              failure -> assertThat(TlsFailure.reason(failure)).isEqualTo("it speaks no TLS"))
          .satisfies(failure -> assertThat(TlsFailure.ofCertificate(failure)).isFalse());
    } finally {
      ClientTls.release(context);
    }
  }

  @Test
  void whyACertificateIsNotBelievedIsSaidInWordsOfOurs() throws Exception {
    try (RawUpstream server = new RawUpstream()) {
      SslContext system = ClientTls.built(ClientTls.builder());
      assertThatThrownBy(() -> asked(system, server.port()))
          .satisfies(failure -> assertThat(TlsFailure.ofCertificate(failure)).isTrue())
          .satisfies(
              failure ->
                  assertThat(TlsFailure.reason(failure))
                      .isEqualTo(
                          "its certificate is of none of the authorities that are believed"));
      ClientTls.release(system);

      SslContext withdrawn = ClientTls.built(ClientTls.builder().trustManager(trust));
      trust.believes = false;
      assertThatThrownBy(() -> asked(withdrawn, server.port()))
          .satisfies(failure -> assertThat(TlsFailure.reason(failure)).isEqualTo("withdrawn"));
      ClientTls.release(withdrawn);
    }
  }

  @Test
  void onlyCiphersThatKeepASecretForwardAreSpoken() throws Exception {
    SslContext context = ClientTls.built(ClientTls.builder().trustManager(trust));
    assertThat(context.cipherSuites())
        .isNotEmpty()
        .allMatch(suite -> suite.matches("TLS_(AES|CHACHA20|ECDHE)_.*"))
        .allMatch(suite -> suite.contains("_GCM_") || suite.contains("_POLY1305_"));
    ClientTls.release(context);
  }

  @Test
  void whatAServerSaysAtTheEndIsSaidInWords() {
    assertThat(
            TlsFailure.reason(
                new SSLException(
                    "error:1000045c:SSL"
                        + " routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED")))
        .isEqualTo("it refused: certificate required");
  }

  private static void saysHttp(java.net.ServerSocket server) {
    try (Socket socket = server.accept()) {
      RawUpstream.say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
      socket.getInputStream().readAllBytes();
    } catch (IOException ended) {
      // by the other side
    }
  }

  /** What the server answers on a connection of its own. */
  private String asked(SslContext context, int port) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    new Bootstrap()
        .group(network)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                SslHandler tls = context.newHandler(channel.alloc(), "localhost", port);
                channel.pipeline().addLast(tls, new Asking(answer));
                tls.handshakeFuture()
                    .addListener(
                        shaken -> {
                          if (!shaken.isSuccess()) {
                            answer.completeExceptionally(shaken.cause());
                          }
                        });
              }
            })
        .connect("127.0.0.1", port);
    return answer.get(30, TimeUnit.SECONDS);
  }

  private static final class Asking extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<String> answer;

    Asking(CompletableFuture<String> answer) {
      this.answer = answer;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.writeAndFlush(
          Unpooled.copiedBuffer(
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", StandardCharsets.US_ASCII));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      answer.complete(message.toString(StandardCharsets.US_ASCII));
      context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      answer.completeExceptionally(cause);
      context.close();
    }
  }

  /** Counts how often it is asked. */
  private static final class Counting extends X509ExtendedTrustManager {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean believes = true;

    private void check() throws CertificateException {
      asked.incrementAndGet();
      if (!believes) {
        throw new CertificateException("withdrawn");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
