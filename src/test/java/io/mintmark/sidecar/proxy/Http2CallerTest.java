package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers of HTTP/2, whose frames can say what HTTP/1.1 has no line for. */
@Timeout(60)
class Http2CallerTest {
  @TempDir Path folder;

  @Test
  void requestsAndAnswersPassWithTheCredential() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      caller.send(
          caller.post(1, "/v1/a", "authorization", "Bearer mine", "content-length", "3"),
          Frames.data(1, Frames.END_STREAM, "abc"));
      Frames.Answer answer = caller.answer(1);
      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(proxy.upstream.requests.getFirst())
          .startsWith("POST /v1/a HTTP/1.1\r\n")
          .contains("\r\nauthorization: Bearer token-1\r\n")
          .doesNotContain("mine")
          .endsWith("\r\n\r\nabc");
    }
  }

  static Stream<Arguments> injections() {
    String smuggled = "x\r\n\r\nGET /v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    return Stream.of(
        Arguments.of("lines in a value", fields("x-a", smuggled)),
        Arguments.of("a bare line feed in a value", fields("x-a", "x\nauthorization: mine")),
        Arguments.of("a bare carriage return in a value", fields("x-a", "x\rauthorization: mine")),
        Arguments.of("a null byte in a value", fields("x-a", "x\0y")),
        Arguments.of("lines in a name", fields("x\r\nauthorization: mine\r\nx", "y")),
        Arguments.of("a colon in a name", fields("authorization: mine", "y")),
        Arguments.of("an empty name", fields("", "y")),
        Arguments.of("upper case in a name", fields("X-A", "y")),
        Arguments.of("a coding", fields("transfer-encoding", "chunked")),
        Arguments.of("a connection's field", fields("connection", "keep-alive")),
        Arguments.of("an upgrade", fields("upgrade", "websocket")),
        Arguments.of("two lengths", fields("content-length", "3", "content-length", "4")),
        Arguments.of("a length with a sign", fields("content-length", "+3")),
        Arguments.of("a pseudo-field that is none", fields(":smuggled", "y")),
        Arguments.of("a pseudo-field after a field", fields("x-a", "y", ":path", "/v1/b")),
        Arguments.of("two paths", fields(":path", "/v1/smuggled")),
        Arguments.of("another host", fields("host", "evil.example.org")));
  }

  private static String[] fields(String... fields) {
    return fields;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("injections")
  void whatNoLineCouldCarryIsRefused(String name, String[] fields) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      caller.send(caller.post(1, "/v1/a", fields), Frames.data(1, Frames.END_STREAM, "abc"));
      assertThat(refused(caller)).as("refused").isTrue();
      assertThat(proxy.upstream.requests).isEmpty();
    }
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of("GET", "/v1/a HTTP/1.1\r\nX: y\r\n\r\nGET /v1/smuggled"),
        Arguments.of("GET", "/v1/a b"),
        Arguments.of("GET", "v1/a"),
        Arguments.of("GET", "*"),
        Arguments.of("GET", ""),
        Arguments.of("GET", "http://evil.example.org/v1/a"),
        Arguments.of("GET", "/v1/../v2"),
        Arguments.of("GET /v1/smuggled HTTP/1.1\r\nX:", "/v1/a"),
        Arguments.of("", "/v1/a"),
        Arguments.of("TRACE", "/v1/a"),
        Arguments.of("CONNECT", "/v1/a"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aMethodOrPathThatIsNoneIsRefused(String method, String path) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      caller.send(Frames.headers(1, Frames.END_STREAM, caller.fields(method, path)));
      assertThat(refused(caller)).as("refused").isTrue();
      assertThat(proxy.upstream.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void aBodyOfAnotherLengthThanAnnouncedReachesNobodyAsTwoRequests(String length, String body)
      throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      caller.send(
          caller.post(1, "/v1/a", "content-length", length),
          Frames.data(1, Frames.END_STREAM, body));
      assertThat(refused(caller)).as("refused").isTrue();
      caller.close();
      try (Http2Caller next = new Http2Caller(proxy)) {
        next.send(next.get(1, "/v1/next"));
        assertThat(next.answer(1).body()).isEqualTo("hello");
      }
      assertThat(proxy.upstream.requests)
          .noneMatch(seen -> seen.contains("GET /v1/smuggled"))
          .anyMatch(seen -> seen.startsWith("GET /v1/next"));
    }
  }

  static Stream<Arguments> lengths() {
    return Stream.of(
        Arguments.of("3", "abcGET /v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Arguments.of("0", "GET /v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Arguments.of("300", "abc"));
  }

  /** By an answer, by the stream's end, or by the connection's. */
  private static boolean refused(Http2Caller caller) throws IOException {
    try {
      Frames.Answer answer = caller.answer(1);
      return answer.reset() || answer.status().matches("4..");
    } catch (IOException ended) {
      return true;
    }
  }

  @Test
  void trailersPassExceptThoseThatMeanMischief() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(
                  socket,
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
                      + "X-Checksum: 7\r\nSet-Cookie: a=b\r\nContent-Length: 9\r\n\r\n");
      caller.send(
          caller.post(1, "/v1/a"),
          Frames.data(1, 0, "abc"),
          Frames.headers(
              1, Frames.END_STREAM, "x-checksum", "7", "authorization", "mine", "host", "mine"));
      Frames.Answer answer = caller.answer(1);
      assertThat(answer.body()).isEqualTo("abc");
      assertThat(answer.trailers()).hasSize(1);
      assertThat(answer.trailers().get("x-checksum")).hasToString("7");
      assertThat(proxy.upstream.requests.getFirst().toLowerCase(Locale.ROOT))
          .contains("\r\nx-checksum: 7\r\n")
          .doesNotContain("mine");
    }
  }

  @Test
  void aStreamThatIsResetTakesItsUpstreamWithItAndNoOther() throws Exception {
    var asked = new java.util.concurrent.CountDownLatch(1);
    var ended = new java.util.concurrent.CountDownLatch(1);
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      proxy.upstream.answers =
          (request, socket) -> {
            if (request.startsWith("GET /v1/slow")) {
              asked.countDown();
              if (socket.getInputStream().read() < 0) {
                ended.countDown();
              }
              return false;
            }
            return RawUpstream.say(socket, RawUpstream.ok("hello"));
          };
      caller.send(caller.get(1, "/v1/slow"));
      assertThat(asked.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      caller.send(Frames.frame(Frames.RST_STREAM, 0, 1, Frames.number(8)), caller.get(3, "/v1/b"));
      assertThat(ended.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(caller.answer(3).body()).isEqualTo("hello");
    }
  }

  @Test
  void aCallerThatGivesNoRoomForItsAnswerLosesIt() throws IOException {
    ProxyFixture hurried =
        new ProxyFixture(
            new RawUpstream(),
            plan ->
                ProxyFixture.hurried(
                    plan, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(300)),
            folder);
    try (ProxyFixture proxy = hurried;
        Http2Caller caller = new Http2Caller(proxy)) {
      // SETTINGS_INITIAL_WINDOW_SIZE of nothing (RFC 9113 section 6.5.2)
      caller.send(
          Frames.frame(
              Frames.SETTINGS, 0, 0, (byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0),
          caller.get(1, "/v1/a"));
      Frames.Answer answer = caller.answer(1);
      assertThat(answer.status()).isEqualTo("200");
      assertThat(answer.body()).isEmpty();
      assertThat(answer.reset()).isTrue();
    }
  }

  static Stream<Arguments> floods() {
    byte[] endless = Frames.block("x-a", "y".repeat(1000));
    return Stream.of(
        Arguments.of(
            "CONTINUATION without end",
            Frames.frame(
                Frames.HEADERS,
                0,
                1,
                Frames.block(":method", "GET", ":path", "/v1/a", ":scheme", "http")),
            Frames.frame(Frames.CONTINUATION, 0, 1, endless)),
        Arguments.of(
            "empty CONTINUATION without end",
            Frames.frame(Frames.HEADERS, 0, 1, Frames.block(":method", "GET")),
            Frames.frame(Frames.CONTINUATION, 0, 1)),
        Arguments.of("PING without end", new byte[0], Frames.frame(Frames.PING, 0, 0, new byte[8])),
        Arguments.of("SETTINGS without end", new byte[0], Frames.frame(Frames.SETTINGS, 0, 0)),
        Arguments.of(
            "empty DATA without end",
            Frames.headers(
                1,
                0,
                ":method",
                "POST",
                ":path",
                "/v1/a",
                ":scheme",
                "http",
                ":authority",
                "localhost"),
            Frames.frame(Frames.DATA, 0, 1)),
        Arguments.of(
            "a window beyond measure",
            new byte[0],
            Frames.frame(Frames.WINDOW_UPDATE, 0, 0, Frames.number(0x7fffffff))));
  }

  /** Nothing is read of what comes back, so that whatever is answered piles up or is cut off. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void aFloodOfFramesIsCutOffOrNotReadAndOthersAreServed(String name, byte[] first, byte[] frame)
      throws Exception {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller flood = new Http2Caller(proxy)) {
      proxy.upstream.answers =
          (request, socket) -> RawUpstream.say(socket, RawUpstream.ok("hello"));
      flood.send(first);
      Thread sending = Thread.ofVirtual().start(() -> sendForEver(flood, frame));
      sending.join(Duration.ofSeconds(3));
      try (Http2Caller caller = new Http2Caller(proxy)) {
        caller.send(caller.get(1, "/v1/b"));
        assertThat(caller.answer(1).body()).isEqualTo("hello");
      }
    }
  }

  private static void sendForEver(Http2Caller flood, byte[] frame) {
    try {
      while (true) {
        flood.send(frame);
      }
    } catch (IOException ended) {
      // by the proxy, or at the test's end
    }
  }

  @Test
  void aRapidResetIsCutOff() throws Exception {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Http2Caller caller = new Http2Caller(proxy)) {
      assertThatThrownBy(
              () -> {
                for (int stream = 1; stream < 200_000; stream += 2) {
                  caller.send(
                      caller.get(stream, "/v1/a"),
                      Frames.frame(Frames.RST_STREAM, 0, stream, Frames.number(8)));
                }
                caller.answer(200_001);
              })
          .isInstanceOf(IOException.class);
      assertThat(proxy.upstream.connections.size()).isLessThan(2_000);
    }
  }
}
