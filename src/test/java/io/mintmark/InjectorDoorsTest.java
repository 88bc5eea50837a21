package io.mintmark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InjectorDoorsTest {
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private final List<Object> waiting = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void headsOfOneAddressHoldAPartOfTheMemoryAndAreCounted() throws Exception {
    int port = listening(InjectorDoors.webhook(meters));
    List<Socket> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        unfinished.add(said(port, "127.0.0.1", HEAD + "X: " + "a".repeat(30_000)));
      }
      while (shed() == 0) {
        Thread.onSpinWait();
      }
      assertThat(answer(said(port, "127.0.0.2", HEAD + "\r\n"))).startsWith("HTTP/1.1 204");
      assertThat(meters.get("mintmark.connections").gauge().value()).isPositive();
    } finally {
      for (Socket socket : unfinished) {
        socket.close();
      }
    }
  }

  /** As of the broker, and not as Vert.x has them. */
  @Test
  void aHeadMayBeAsLargeAsTheDoorSays() throws Exception {
    int port = listening(InjectorDoors.webhook(meters));
    String line = "GET /" + "a".repeat(6_000) + " HTTP/1.1\r\nHost: a\r\n";
    String large = "X: " + "a".repeat(20_000) + "\r\n";
    assertThat(answer(said(port, "127.0.0.1", line + large + "\r\n"))).startsWith("HTTP/1.1 204");
    assertThat(answer(said(port, "127.0.0.1", line + large + large + "\r\n")))
        .startsWith("HTTP/1.1 431");
  }

  @Test
  void oneAddressHasAPartOfTheConnections() throws Exception {
    int port = listening(InjectorDoors.health());
    List<Socket> busy = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        busy.add(said(port, "127.0.0.1", HEAD + "X-Wait: yes\r\n\r\n"));
        // its request is under way, so that it does not give way
        while (waiting.size() <= i) {
          Thread.onSpinWait();
        }
      }
      assertThat(answer(said(port, "127.0.0.1", HEAD + "\r\n"))).isEmpty();
      assertThat(answer(said(port, "127.0.0.2", HEAD + "\r\n"))).startsWith("HTTP/1.1 204");
    } finally {
      for (Socket socket : busy) {
        socket.close();
      }
    }
  }

  private int listening(InjectorDoors doors) throws Exception {
    return doors
        .server(
            vertx,
            new HttpServerOptions().setHost("127.0.0.1").setPort(0),
            request -> {
              if (request.getHeader("X-Wait") == null) {
                request.response().setStatusCode(204).end();
              } else {
                waiting.add(request);
              }
            })
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private double shed() {
    return meters.find("mintmark.shed").tag("why", "memory").counters().stream()
        .mapToDouble(each -> each.count())
        .sum();
  }

  private static Socket said(int port, String source, String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", port, InetAddress.ofLiteral(source), 0);
    try {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    } catch (SocketException closed) {
      // it was turned away; what it is answered says so
    }
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readNBytes(12), US_ASCII);
    } catch (SocketException reset) {
      return "";
    }
  }
}
