package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.Networks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PassedListenerTest {
  private final Vertx vertx = Vertx.vertx();
  private ServerSocketChannel socket;

  @BeforeEach
  void listen() throws IOException {
    socket = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
    socket.close();
  }

  @Test
  void whatConnectsWhileNobodyAcceptsIsAnsweredByTheNext() throws Exception {
    PassedListener first = new PassedListener(socket);
    HttpServer old = serve(first, connections(10), "old");
    assertThat(ask()).endsWith("old");
    first.rest();
    try (Socket late = connect()) {
      await(old.close());
      assertThat(socket.isOpen()).isTrue();
      serve(new PassedListener(socket), connections(10), "new");
      assertThat(answer(late)).endsWith("new");
    }
    assertThat(ask()).endsWith("new");
  }

  @Test
  void nothingIsTakenUpBeforeAllListen() throws Exception {
    PassedListener passed = new PassedListener(socket);
    try (Socket early = connect()) {
      listen(passed, connections(10), "one");
      early.setSoTimeout(100);
      assertThatThrownBy(() -> answer(early)).isInstanceOf(SocketTimeoutException.class);
      early.setSoTimeout(0);
      passed.accept();
      assertThat(answer(early)).endsWith("one");
    }
  }

  @Test
  void nothingIsTakenUpOnceItRests() throws Exception {
    PassedListener passed = new PassedListener(socket);
    serve(passed, connections(10), "one");
    passed.rest();
    try (Socket late = connect()) {
      late.setSoTimeout(100);
      assertThatThrownBy(() -> answer(late)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void allLoopsServeIt() throws Exception {
    PassedListener passed = new PassedListener(socket);
    Connections connections = connections(10);
    serve(passed, connections, "one");
    serve(passed, connections, "one");
    for (int i = 0; i < 4; i++) {
      assertThat(ask()).endsWith("one");
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedThereToo() throws Exception {
    Connections connections = connections(1);
    serve(new PassedListener(socket), connections, "one");
    try (Socket first = connect()) {
      assertThat(answer(first)).endsWith("one");
      try (Socket second = connect()) {
        assertThat(second.getInputStream().read()).isNegative();
      }
      assertThat(connections.refused()).isEqualTo(1);
    }
  }

  private static Connections connections(int mostOfOne) {
    return new Connections(
        new Connections.Limits(10, mostOfOne, Duration.ofSeconds(30)), Networks.parse(List.of()));
  }

  private HttpServer serve(PassedListener passed, Connections connections, String word)
      throws Exception {
    HttpServer server = listen(passed, connections, word);
    passed.accept();
    return server;
  }

  /** Answers everything with a word. */
  private HttpServer listen(PassedListener passed, Connections connections, String word)
      throws Exception {
    Door door = new Door(vertx, connections, request -> request.response().end(word));
    // the address is what the socket has, whatever is said here
    HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(port());
    return await(door.server(options, passed).listen());
  }

  private String ask() throws Exception {
    try (Socket connection = connect()) {
      return answer(connection);
    }
  }

  private Socket connect() throws IOException {
    Socket connection = new Socket("127.0.0.1", port());
    connection
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return connection;
  }

  private static String answer(Socket connection) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = connection.getInputStream().read();
      assertThat(next).as(head.toString()).isNotNegative();
      head.append((char) next);
    }
    return head + new String(connection.getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
  }

  private int port() throws IOException {
    return ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
