package io.mintmark;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads that a proxy and the broker could read in two ways, or that no handler expects. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
class HostileHeadTest {
  private static final String POST =
      "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\n";
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @Inject Service service;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: \"chunked\"\r\n\r\n",
        "Transfer-Encoding: chunked;q=1\r\n\r\n",
        "Transfer-Encoding: chunked,\r\n\r\n",
        "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n",
        "Transfer-Encoding: ,\r\n\r\n",
        "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n\r\na=b",
        "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\na=b",
        "Content-Length: 3, 3\r\n\r\na=b",
        "Content-Length: +3\r\n\r\na=b",
        "Content-Length: -3\r\n\r\na=b",
        "Content-Length: 0x3\r\n\r\na=b",
        "Content-Length: 3 3\r\n\r\na=b",
        "Content-Length: 3\r\n 3\r\n\r\na=b",
        "Content-Length:\r\n\r\n",
        "Content-Length : 3\r\n\r\na=b",
        "Content-Length: 99999999999999999999\r\n\r\na=b",
        "X: a\nContent-Length: 3\r\n\r\na=b",
        "X: a\rContent-Length: 3\r\n\r\n",
        "Content-Length: 3\n\na=b"
      })
  void whatCouldHideARequestIsRefusedAndNothingAfterItIsRead(String head) throws Exception {
    for (RawSocket socket :
        List.of(RawSocket.plain(service), RawSocket.tls(service), RawSocket.management(service))) {
      try (socket) {
        socket.send(POST + head + HIDDEN);
        assertThat(socket.answer()).startsWith("HTTP/1.1 400").contains("request-malformed");
        assertThat(socket.ends()).isTrue();
      }
    }
  }

  /** The same on a connection that has served a request. */
  @Test
  void aLaterRequestIsReadAsStrictlyAsTheFirst() throws Exception {
    try (RawSocket socket = RawSocket.plain(service)) {
      socket.send(HIDDEN);
      assertThat(socket.answer()).startsWith("HTTP/1.1 404");
      socket.send(POST + "Transfer-Encoding: xchunked\r\n\r\n" + HIDDEN);
      assertThat(socket.answer()).startsWith("HTTP/1.1 400");
      assertThat(socket.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Transfer-Encoding: chunked", "Connection: keep-alive\r\nTransfer-Encoding: x"})
  void beforeHttp11ThereIsNoTransferEncoding(String header) throws Exception {
    try (RawSocket socket = RawSocket.plain(service)) {
      socket.send(
          "POST /oauth2/token HTTP/1.0\r\nConnection: keep-alive\r\n"
              + header
              + "\r\n\r\n0\r\n\r\n"
              + HIDDEN);
      assertThat(socket.answer()).contains(" 400 ").contains("request-malformed");
      assertThat(socket.ends()).isTrue();
    }
  }

  @Test
  void aChunkedBodyIsReadToItsEndAndTheConnectionServesOn() throws Exception {
    try (RawSocket socket = RawSocket.plain(service)) {
      socket.send(POST + "Transfer-Encoding: Chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n" + HIDDEN);
      assertThat(socket.answer()).startsWith("HTTP/1.1 400").contains("decision_id");
      assertThat(socket.answer()).startsWith("HTTP/1.1 404");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://evil.example/v1/admin/keys HTTP/1.1\r\nHost: localhost",
        "GET http://localhost/v1/admin/keys HTTP/1.1\r\nHost: evil.example",
        "GET http://localhost@evil.example/v1/admin/keys HTTP/1.1\r\nHost: localhost",
        "GET http://localhost.evil.example/v1/admin/keys HTTP/1.1\r\nHost: localhost",
        "GET http://localhost:1/v1/admin/keys HTTP/1.1\r\nHost: localhost",
        "GET ftp://localhost/v1/admin/keys HTTP/1.1\r\nHost: localhost",
        "GET http://localhost HTTP/1.1\r\nHost: localhost",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: a b",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: a b\u00ff/",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: localhost/",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: localhost#",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: localhost:x",
        "GET /v1/admin/keys HTTP/1.1\r\nHost: [::1",
        "GET /v1/admin/keys HTTP/1.1\r\nHost:",
        "GET /v1/admin/keys HTTP/1.0\r\nHost: localhost\r\nHost: localhost"
      })
  void aHostThatIsNoneOrAnotherThanTheTargetsIsRefused(String head) throws Exception {
    assertThat(RawSocket.plain(service).say(head + "\r\n\r\n"))
        .contains(" 400 ")
        .contains("request-malformed");
  }

  /** RFC 9112 section 3.2.2: a server takes the absolute form, too. */
  @Test
  void aTargetWithTheHostThatIsNamedIsServed() throws Exception {
    assertThat(
            RawSocket.plain(service)
                .say("GET http://localhost/oauth2/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAMAAABkAAQAAP__", "!!!", ""})
  void nothingIsUpgradedTo(String settings) throws Exception {
    try (RawSocket socket = RawSocket.plain(service)) {
      socket.send(
          "GET /oauth2/jwks HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
              + "Upgrade: h2c\r\nHTTP2-Settings: "
              + settings
              + "\r\n\r\n");
      assertThat(socket.answer()).startsWith("HTTP/1.1 200");
      socket.send(HIDDEN);
      assertThat(socket.answer()).startsWith("HTTP/1.1 404");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "application/grpc", "application/json"})
  void aConnectOverHttp2IsRefused(String type) throws Exception {
    assertThat(
            RawHttp2.say(
                service,
                entry(":method", "CONNECT"),
                entry(":authority", "x:1"),
                entry("content-type", type)))
        .startsWith("400 application/json")
        .contains("the request's target is malformed");
  }

  @Test
  void anExtendedConnectOverHttp2IsNotServed() throws Exception {
    assertThat(
            RawHttp2.say(
                service,
                entry(":method", "CONNECT"),
                entry(":protocol", "websocket"),
                entry(":scheme", "http"),
                entry(":path", "/oauth2/jwks"),
                entry(":authority", "x:1")))
        .matches("(?s)400 application/json .*|reset 1|goaway 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\u0000b", "a\rb", "a\nb", "a\r\nClient-Cert: :AAAA:", " a", "a\t", "a\u007f"})
  void aHeaderOfHttp2ThatWouldBeTwoInHttp1IsRefused(String value) throws Exception {
    assertThat(RawHttp2.say(service, get("/oauth2/jwks", entry("x", value))))
        .matches("(?s)400 application/json .*|reset 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/oauth2/jwks", "oauth2/jwks", "*", "/a b", "/a\r\nX: y"})
  void aPathOfHttp2IsAPath(String path) throws Exception {
    assertThat(RawHttp2.say(service, get(path, entry("x", "y"))))
        .matches("(?s)400 application/json .*|reset 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {33_000, 50_000, 100_000})
  void tooLargeHeadersOfHttp2AreAnsweredLikeAnyRefusal(int size) throws Exception {
    for (Listen port : List.of(service.setup().http(), service.setup().management())) {
      assertThat(RawHttp2.say(port, get("/oauth2/jwks", entry("x", "a".repeat(size)))))
          .startsWith("431 application/json")
          .contains("\"request-too-large\"");
    }
  }

  @Test
  void aTargetOfHttp2ThatIsTooLongIsAnsweredLikeAnyRefusal() throws Exception {
    assertThat(RawHttp2.say(service, get("/" + "a".repeat(9_000), entry("x", "y"))))
        .startsWith("414 application/json")
        .contains("\"request-too-large\"");
  }

  @Test
  void headersWithoutEndEndTheConnection() throws Exception {
    assertThat(RawHttp2.say(service, get("/oauth2/jwks", entry("x", "a".repeat(400_000)))))
        .isIn("goaway 1", "closed");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Map.Entry<String, String>[] get(String path, Map.Entry<String, String> header) {
    return new Map.Entry[] {
      entry(":method", "GET"),
      entry(":scheme", "http"),
      entry(":authority", "localhost"),
      entry(":path", path),
      header
    };
  }
}
