package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** A server behind a door, and clients that say to it whatever bytes they like. */
abstract class RawPeers {
  static final String GET = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n";
  static final HttpAnswer PAGE =
      new HttpAnswer(200, Map.of("Content-Type", "text/plain"), new byte[30_000]);
  static final HttpAnswer DEAR = new HttpAnswer(200, Map.of(), new byte[0]);
  static final byte[] HTTP2 = bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");

  final Vertx vertx = Vertx.vertx();
  final AtomicLong nanos = new AtomicLong();
  final AtomicLong exchanges = new AtomicLong();
  final Queue<CompletableFuture<HttpAnswer>> waiting = new ConcurrentLinkedQueue<>();

  /** While these hold on to what they may. */
  static void othersAreServedAndAllIsGivenBack(
      Connections connections, int port, List<Client> hostile) throws Exception {
    try (Client other = client(port, "127.0.0.2")) {
      assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
    }
    for (Client client : hostile) {
      client.close();
    }
    awaitAllGivenBack(connections);
  }

  static void awaitAllGivenBack(Connections connections) {
    while (connections.memory().held() > 0) {
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  int start(Connections connections) throws Exception {
    Routes routes =
        new Routes("")
            .get("/now", call -> CompletableFuture.completedFuture(PAGE))
            .post("/form", "text/plain", call -> CompletableFuture.completedFuture(PAGE))
            .post(
                "/dear",
                "text/plain",
                call -> {
                  exchanges.incrementAndGet();
                  nanos.addAndGet(Duration.ofMillis(10).toNanos());
                  return CompletableFuture.completedFuture(DEAR);
                })
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
            .setMaxHeaderSize(Door.MAX_HEADERS)
            .setHttp2RstFloodMaxRstFramePerWindow(200);
    return new Door(vertx, connections, routes, grpc -> {})
        .server(options)
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** RFC 9113 section 4.1. */
  static byte[] frame(int type, int flags, int stream, byte[] payload) {
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
  static byte[] headers(int stream, String path, boolean whole) {
    String block =
        "\u0082\u0086" + "\u0004" + (char) path.length() + path + "\u0001" + (char) 1 + "a";
    return frame(1, whole ? 5 : 4, stream, bytes(block));
  }

  /** One whose request is under way. */
  Client asking(int port, String source) throws IOException {
    Client client = client(port, source);
    client.send(bytes("GET /later HTTP/1.1\r\nHost: a\r\n\r\n"));
    while (waiting.isEmpty()) {
      Thread.onSpinWait();
    }
    return client;
  }

  static Client client(int port, String source) throws IOException {
    return new Client(
        new Socket("127.0.0.1", port, InetAddress.ofLiteral(source), 0), new ArrayDeque<>());
  }

  record Frame(int type, int flags, int stream, byte[] payload) {}

  /** A socket that may have read a little ahead to learn whether the other side is still there. */
  record Client(Socket socket, Queue<Integer> ahead) implements AutoCloseable {
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

    /** The head of an answer, whose body is taken too. */
    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      socket.setSoTimeout(10_000);
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = next();
        assertThat(b).as("the connection ended").isNotNegative();
        head.append((char) b);
      }
      String text = head.toString().toLowerCase(Locale.ROOT).replace("http/1.1", "HTTP/1.1");
      int length = text.indexOf("content-length: ") + "content-length: ".length();
      for (int i = Integer.parseInt(text.substring(length, text.indexOf('\r', length)));
          i > 0;
          i--) {
        next();
      }
      return text;
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
