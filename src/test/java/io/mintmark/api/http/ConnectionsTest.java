package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who hold connections without using them, over real sockets and with a short patience. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConnectionsTest {
  private static final String GET = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final HttpAnswer PAGE =
      new HttpAnswer(200, Map.of("Content-Type", "text/plain"), new byte[30_000]);
  private static final byte[] HTTP2 = bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");

  private final Vertx vertx = Vertx.vertx();
  private final Queue<CompletableFuture<HttpAnswer>> waiting = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET / HTTP/1.1\r\nX: ",
        "POST /form HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: text/plain\r\n"
            + "Content-Length: 9999\r\n\r\n",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
        "GET /now HTTP/1.1\r\nHost: a\r\n\r\nGET /now HTTP/1.1\r\nX: "
      })
  void whoeverSendsSlowlyIsCutOffHoweverManyBytesTrickle(String beginning) throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client slow = client(start(connections), "127.0.0.1")) {
      slow.send(bytes(beginning));
      boolean ended = false;
      for (int i = 0; i < 1_000 && !ended; i++) {
        slow.send(bytes("a"));
        ended = slow.hasEnded(20);
      }
      assertThat(ended).isTrue();
    }
    assertThat(connections.cut()).isPositive();
  }

  @Test
  void whatIsOverTheCapIsClosedAndTheServiceGoesOn() throws Exception {
    Connections connections = new Connections(limits(3, 3), Networks.NONE);
    int port = start(connections);
    try (Client first = client(port, "127.0.0.1");
        Client second = client(port, "127.0.0.2");
        Client third = client(port, "127.0.0.3")) {
      for (Client one : List.of(first, second, third)) {
        assertThat(one.ask(GET)).startsWith("HTTP/1.1 200");
      }
      try (Client over = client(port, "127.0.0.4")) {
        over.send(bytes(GET));
        assertThat(over.hasEnded(10_000)).isTrue();
      }
      assertThat(connections.refused()).isEqualTo(1);
      assertThat(connections.open()).isEqualTo(3);
      assertThat(first.ask(GET)).startsWith("HTTP/1.1 200");
    }
    assertThat(againUntilLetIn(port)).startsWith("HTTP/1.1 200");
  }

  @Test
  void oneStrangerDoesNotTakeThemAllAndAProxyMay() throws Exception {
    Connections connections = new Connections(limits(4, 1), Networks.parse(List.of("127.0.0.9")));
    int port = start(connections);
    try (Client stranger = client(port, "127.0.0.2");
        Client again = client(port, "127.0.0.2")) {
      assertThat(stranger.ask(GET)).startsWith("HTTP/1.1 200");
      assertThat(again.hasEnded(10_000)).isTrue();
      assertThat(connections.refused()).isEqualTo(1);
      try (Client other = client(port, "127.0.0.3");
          Client proxy = client(port, "127.0.0.9");
          Client sameProxy = client(port, "127.0.0.9")) {
        assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
        assertThat(proxy.ask(GET)).startsWith("HTTP/1.1 200");
        assertThat(sameProxy.ask(GET)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void anAnswerThatTakesItsTimeIsWaitedForThoughNoByteMoves() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client patient = client(start(connections), "127.0.0.1")) {
      patient.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      assertThat(patient.hasEnded(2_000)).isFalse();
      waiting.remove().complete(PAGE);
      assertThat(patient.answer()).startsWith("HTTP/1.1 200");
    }
    assertThat(connections.cut()).isZero();
  }

  /** A stream of trust bundles is one that is answered for hours and has nothing to say. */
  @Test
  void aQuietStreamLivesAsLongAsItsClientAnswersPings() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client living = client(start(connections), "127.0.0.1")) {
      living.send(HTTP2);
      living.send(headers(1, "/later", true));
      for (int pings = 0; pings < 8; ) {
        Frame frame = living.frame();
        if (frame.type() == 6 && frame.flags() == 0) {
          living.send(frame(6, 1, 0, frame.payload()));
          pings++;
        }
      }
      assertThat(waiting.remove().complete(PAGE)).isTrue();
      Frame frame = living.frame();
      while (frame.type() != 1) {
        frame = living.frame();
      }
      assertThat(frame.stream()).isEqualTo(1);
    }
    assertThat(connections.cut()).isZero();
  }

  @Test
  void aStreamWhoseClientIsGoneIsEnded() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client dead = client(start(connections), "127.0.0.1")) {
      dead.send(HTTP2);
      dead.send(headers(1, "/later", true));
      assertThat(dead.hasEnded(10_000)).isTrue();
    }
    assertThat(connections.cut()).isPositive();
  }

  @Test
  void aSlowStreamIsResetAndItsNeighboursAreNot() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client client = client(start(connections), "127.0.0.1")) {
      client.send(HTTP2);
      client.send(headers(1, "/later", true));
      client.send(headers(3, "/nothing", false));
      Frame frame = client.frame();
      while (frame.type() != 3) {
        client.send(frame(0, 0, 3, new byte[] {'a'}));
        frame = client.frame();
      }
      assertThat(frame.stream()).isEqualTo(3);
      waiting.remove().complete(PAGE);
      while (frame.type() != 1 || frame.stream() != 1) {
        frame = client.frame();
      }
    }
  }

  /** CVE-2023-44487. */
  @Test
  void rapidResetsEndTheConnection() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client attacker = client(start(connections), "127.0.0.1")) {
      attacker.send(HTTP2);
      for (int stream = 1; stream < 2_000 && !attacker.hasEnded(1); stream += 2) {
        attacker.send(headers(stream, "/later", true));
        attacker.send(frame(3, 0, stream, new byte[] {0, 0, 0, 8}));
      }
      assertThat(attacker.hasEnded(10_000)).isTrue();
    }
    assertThat(waiting.size()).isLessThan(300);
  }

  /** Forty bytes in, thirty thousand out, and none of them read. */
  @Test
  void whoeverAsksAndDoesNotReadDoesNotFillTheMemory() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    try (Client deaf = client(start(connections), "127.0.0.1")) {
      deaf.send(bytes(GET.repeat(20_000)));
      assertThat(deaf.drained(20_000L * 30_000)).isLessThan(16_000_000);
    }
  }

  /** Such as one whose record is not on disk yet. */
  @Test
  void aStopWaitsForWhatHasBegunAndTakesNothingMore() throws Exception {
    Connections connections =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    int port = start(connections);
    try (Client begun = client(port, "127.0.0.1");
        Client kept = client(port, "127.0.0.1")) {
      begun.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      assertThat(kept.ask(GET)).startsWith("HTTP/1.1 200");
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      CompletableFuture<Void> stopped = connections.stop().toCompletableFuture();
      assertThat(kept.ask(GET)).startsWith("HTTP/1.1 503").contains("stopping", "Retry-After: 1");
      try (Client late = client(port, "127.0.0.1")) {
        assertThat(late.ask(GET)).startsWith("HTTP/1.1 503");
      }
      assertThat(stopped).isNotDone();
      waiting.remove().complete(PAGE);
      assertThat(begun.answer()).startsWith("HTTP/1.1 200");
      stopped.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStopDoesNotWaitForEver() throws Exception {
    Connections connections = new Connections(limits(10, 10), Networks.NONE);
    try (Client begun = client(start(connections), "127.0.0.1")) {
      begun.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
      while (waiting.isEmpty()) {
        Thread.onSpinWait();
      }
      connections.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private String againUntilLetIn(int port) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try (Client next = client(port, "127.0.0.4")) {
        String answer = next.ask(GET);
        if (!answer.isEmpty()) {
          return answer;
        }
      }
    }
    return "never";
  }

  private static Connections.Limits limits(int most, int mostOfOne) {
    return new Connections.Limits(most, mostOfOne, Duration.ofMillis(150));
  }

  private int start(Connections connections) throws Exception {
    Routes routes =
        new Routes("")
            .get("/now", call -> CompletableFuture.completedFuture(PAGE))
            .post("/form", "text/plain", call -> CompletableFuture.completedFuture(PAGE))
            .get(
                "/later",
                call -> {
                  CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
                  waiting.add(answer);
                  return answer;
                });
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .setHttp2ClearTextEnabled(true)
            .setHttp2RstFloodMaxRstFramePerWindow(200);
    return new Door(vertx, connections, routes, grpc -> {})
        .server(options)
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** RFC 9113 section 4.1. */
  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[1] = (byte) (payload.length >> 8);
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[7] = (byte) (stream >> 8);
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }

  /** A GET by the static table of RFC 7541, its path and authority as literals. */
  private static byte[] headers(int stream, String path, boolean whole) {
    String block =
        "\u0082\u0086" + "\u0004" + (char) path.length() + path + "\u0001" + (char) 1 + "a";
    return frame(1, whole ? 5 : 4, stream, bytes(block));
  }

  private static Client client(int port, String source) throws IOException {
    return new Client(
        new Socket("127.0.0.1", port, InetAddress.ofLiteral(source), 0), new ArrayDeque<>());
  }

  private record Frame(int type, int flags, int stream, byte[] payload) {}

  /** A socket that may have read a little ahead to learn whether the other side is still there. */
  private record Client(Socket socket, Queue<Integer> ahead) implements AutoCloseable {
    void send(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException ended) {
        // the test asks whether it has ended
      }
    }

    String ask(String request) throws IOException {
      send(bytes(request));
      return answer();
    }

    String answer() throws IOException {
      StringBuilder answer = new StringBuilder();
      socket.setSoTimeout(10_000);
      for (int b = next(); b >= 0; b = next()) {
        answer.append((char) b);
        int head = answer.indexOf("\r\n\r\n");
        if (head > 0 && answer.length() == head + 4 + PAGE.body().length) {
          break;
        }
      }
      return answer.toString();
    }

    Frame frame() throws IOException {
      socket.setSoTimeout(10_000);
      int[] head = new int[9];
      for (int i = 0; i < head.length; i++) {
        head[i] = next();
        assertThat(head[i]).as("the connection ended").isNotNegative();
      }
      byte[] payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
      for (int i = 0; i < payload.length; i++) {
        payload[i] = (byte) next();
      }
      return new Frame(head[3], head[4], head[7] << 8 | head[8], payload);
    }

    private int next() {
      Integer read = ahead.poll();
      try {
        return read == null ? socket.getInputStream().read() : read;
      } catch (IOException reset) {
        return -1;
      }
    }

    /** Reads for so long whether the other side has ended. */
    boolean hasEnded(int millis) throws IOException {
      socket.setSoTimeout(millis);
      long began = System.nanoTime();
      try {
        while (System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(millis)) {
          int b = socket.getInputStream().read();
          if (b < 0) {
            return true;
          }
          ahead.add(b);
        }
        return false;
      } catch (SocketTimeoutException stays) {
        return false;
      } catch (IOException reset) {
        return true;
      }
    }

    /** How many bytes come until the end. */
    long drained(long most) throws IOException {
      socket.setSoTimeout(10_000);
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[65_536];
      long total = 0;
      try {
        for (int n = in.read(buffer); n >= 0 && total <= most; n = in.read(buffer)) {
          total += n;
        }
      } catch (IOException reset) {
        // an end, too
      }
      return total;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
