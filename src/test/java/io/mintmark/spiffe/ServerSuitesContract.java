package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client cannot bring any TLS server of ours to; {@code src/interop/tls} does it with
 * OpenSSL.
 */
public abstract class ServerSuitesContract {
  /** Where on 127.0.0.1 the server under test listens, with an ECDSA certificate. */
  protected abstract int port();

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
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLHandshakeException.class)
          // the server's word: a client that may not speak the suite itself fails with another
          .hasMessageContaining("Received fatal alert: handshake_failure");
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
                socket
                    .getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                throw new IOException("hung up on");
              })
          .isInstanceOf(IOException.class);
    }
  }

  private SSLSocket connected(String suite) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    // who the server is does not matter here, and one has a certificate of another time
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port());
    socket.setSoTimeout(60_000);
    socket.setEnabledProtocols(new String[] {"TLSv1.2"});
    socket.setEnabledCipherSuites(new String[] {suite});
    return socket;
  }
}
