package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.http.Seldom;
import io.mintmark.keys.TestRing;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can bring the TLS listener to; {@code src/interop/tls} does it with OpenSSL. */
final class ListenerOptionsTest {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    ServerTls tls =
        ServerTls.own(
            new TestRing().ring(),
            List.of("localhost"),
            InstantSource.fixed(TestRing.START),
            new Seldom(() -> 0, line -> {}));
    server =
        vertx
            .createHttpServer(ListenerOptions.https(new Listen("127.0.0.1", 0, false), tls))
            .requestHandler(request -> request.response().end())
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Lucky 13 and its like. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"
      })
  void aSuiteThatPadsIsNotTaken(String suite) throws Exception {
    try (SSLSocket socket = connected(suite)) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClientCannotHaveItNegotiatedAgain() throws Exception {
    try (SSLSocket socket = connected("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                throw new IOException("hung up on");
              })
          .isInstanceOf(IOException.class);
    }
  }

  private SSLSocket connected(String suite) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.actualPort());
    socket.setSoTimeout(60_000);
    socket.setEnabledProtocols(new String[] {"TLSv1.2"});
    socket.setEnabledCipherSuites(new String[] {suite});
    return socket;
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
