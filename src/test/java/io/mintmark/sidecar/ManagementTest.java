package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.sidecar.plan.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health, which an orchestrator ends the sidecar for not having. */
@SuppressWarnings("deprecation")
@Timeout(60)
class ManagementTest {
  @Test
  void callersThatSayTheirHeadsSlowlyKeepNobodyFromTheAnswer() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try (Management management =
        Management.start(
            new ListenAddress("127.0.0.1", 0),
            List::of,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      for (int i = 0; i < 10; i++) {
        Socket socket = connect(management);
        slow.add(socket);
        send(socket, "GET /q/health/live HTTP/1.1\r\nX-A: ");
      }
      try (Socket socket = connect(management)) {
        send(socket, "GET /q/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 200 ")
            .endsWith("live\n");
      }
      // and none of them stays
      assertThat(slow.getFirst().getInputStream().read()).isNegative();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static Socket connect(Management management) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), management.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
