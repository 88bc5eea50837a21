package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.sidecar.plan.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("deprecation") // of the registry that Quarkus brings
class ManagementTest {
  private final Threads threads = Threads.start(InstantSource.system());
  private final CountDownLatch reloaded = new CountDownLatch(1);
  private volatile List<String> reasons = List.of();
  private Management management;

  @BeforeEach
  void start() throws IOException {
    management = management(new ListenAddress("127.0.0.1", 0));
  }

  private Management management(ListenAddress listen) throws IOException {
    return Management.start(
        listen,
        threads.network(),
        this::notReady,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  private List<String> notReady() {
    if (reasons.contains("reload")) {
      try {
        reloaded.await();
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }
    return reasons;
  }

  @AfterEach
  void stop() {
    reloaded.countDown();
    management.close();
    threads.close();
  }

  private String say(String request) throws IOException {
    try (Socket socket = connected()) {
      send(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), management.port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  @ParameterizedTest
  @CsvSource({
    "GET /q/health/live HTTP/1.1,200",
    "GET /q/health/ready HTTP/1.1,200",
    "GET /q/metrics HTTP/1.1,200",
    "GET / HTTP/1.1,404",
    "POST /q/metrics HTTP/1.1,405",
    "nonsense,400"
  })
  void eachRequestHasItsAnswer(String line, int status) throws IOException {
    assertThat(say(line + "\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void whatIsNotReadyIsToldALineEach() throws IOException {
    reasons = List.of("a", "b");
    assertThat(say("GET /q/health/ready HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 503 ")
        .endsWith("\r\n\r\na\nb\n");
  }

  @Test
  void callersThatSayTheirHeadsSlowlyKeepNobodyFromTheAnswer() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = connected();
        slow.add(socket);
        send(socket, "GET /q/health/live HTTP/1.1\r\nX-A: ");
      }
      assertThat(say("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
      assertThat(say("GET /q/health/ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
      // and none of them stays
      assertThat(slow.getLast().getInputStream().read()).isNegative();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void itLivesWhileAReloadKeepsReadinessWaiting() throws IOException {
    reasons = List.of("reload");
    try (Socket waiting = connected()) {
      send(waiting, "GET /q/health/ready HTTP/1.1\r\n\r\n");
      assertThat(say("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void anAddressThatIsTakenIsNamed() {
    ListenAddress taken = new ListenAddress("127.0.0.1", management.port());
    assertThatThrownBy(() -> management(taken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("management cannot listen on " + taken);
  }
}
