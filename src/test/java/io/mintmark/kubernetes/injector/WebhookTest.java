package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What callers that go away, or never come to an end, leave behind. */
@Timeout(120)
class WebhookTest {
  private static final String WANTED =
      "{\"mintmark.io/inject\": \"true\", \"mintmark.io/resource\": \"https://ledger.example.org\","
          + " \"filler\": \"%s\"}";

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Semaphore closed = new Semaphore(0);
  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    Injection injection = new Injection(Pods.plan(folder, Pods.DOCUMENT), this::authorities);
    server =
        vertx
            .createHttpServer()
            .requestHandler(new Webhook(vertx, injection, new SimpleMeterRegistry()))
            .connectionHandler(connection -> connection.closeHandler(gone -> closed.release()))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    vertx.close();
  }

  private String authorities() {
    begun.countDown();
    try {
      goOn.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return "-----BEGIN CERTIFICATE-----\n";
  }

  @Test
  void whatIsWorkedOnForWhoHasGoneCountsUntilItIsDone() throws Exception {
    String large = review(Webhook.MAX_BYTES - (16 << 10));
    for (int i = 0; i < 2; i++) {
      try (Socket socket = posted(large)) {
        if (i == 0) {
          assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        }
      }
    }
    assertThat(closed.tryAcquire(2, 60, TimeUnit.SECONDS)).isTrue();
    try (Socket third = posted(large)) {
      assertThat(answered(third)).isFalse();
    }
    goOn.countDown();
    boolean answered;
    do {
      try (Socket again = posted(large)) {
        answered = answered(again);
      }
    } while (!answered);
  }

  @Test
  void questionsThatNeverEndGiveWayToOneThatDoes() throws Exception {
    String beginning = "POST /inject HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";
    List<Socket> held = new ArrayList<>();
    goOn.countDown();
    try {
      for (int i = 0; i <= Webhook.MAX_BEGUN; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        held.add(socket);
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
      }
      // ten seconds end one as well, which is as good
      assertThat(firstToHear(held)).isIn("HTTP/1.1 503", "HTTP/1.1 408");
      try (Socket whole = posted(review(1))) {
        assertThat(answered(whole)).isTrue();
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  private static String firstToHear(List<Socket> sockets) throws Exception {
    while (true) {
      Thread.sleep(10);
      for (Socket socket : sockets) {
        if (socket.getInputStream().available() > 0) {
          byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 503".length());
          return new String(head, StandardCharsets.US_ASCII);
        }
      }
    }
  }

  private Socket posted(String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(60_000);
    String head = "POST /inject HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes.length;
    socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException refusedMeanwhile) {
      // the status says so
    }
    return socket;
  }

  /** A server that does not read on may end the connection before its answer is seen. */
  private static boolean answered(Socket socket) throws IOException {
    try {
      byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(head, StandardCharsets.US_ASCII).endsWith(" 200");
    } catch (SocketException broken) {
      return false;
    }
  }

  private static String review(int bytes) {
    ObjectNode pod = Pods.pod(WANTED.formatted("x".repeat(bytes)));
    return PodAdmissionTest.review("CREATE", pod);
  }
}
