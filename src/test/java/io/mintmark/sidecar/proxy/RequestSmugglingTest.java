package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that two programs could read as two different requests. */
class RequestSmugglingTest {
  private static final String HOST = "Host: localhost:PORT\r\n";

  @TempDir Path folder;

  static Stream<Arguments> ambiguous() {
    String post = "POST /v1/a HTTP/1.1\r\n" + HOST;
    String get = "GET /v1/a HTTP/1.1\r\n" + HOST;
    return Stream.of(
        Arguments.of(
            "both lengths",
            post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "both lengths, the other way",
            post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "two codings",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "a list of codings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n"),
        Arguments.of("a coding misspelt", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        Arguments.of("a coding in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n"),
        Arguments.of("a vertical tab", post + "Transfer-Encoding: \u000bchunked\r\n\r\n"),
        Arguments.of("space before a colon", post + "Transfer-Encoding : chunked\r\n\r\n"),
        Arguments.of("a tab before a colon", post + "Content-Length\t: 3\r\n\r\nabc"),
        Arguments.of("a folded coding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n"),
        Arguments.of("a folded line", get + "X-A: b\r\n\tc\r\n\r\n"),
        Arguments.of("a first line that is folded", "GET /v1/a HTTP/1.1\r\n X: y\r\n\r\n"),
        Arguments.of(
            "equal lengths twice", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        Arguments.of("lengths that differ", post + "Content-Length: 3, 4\r\n\r\nabc"),
        Arguments.of("a length with a sign", post + "Content-Length: +3\r\n\r\nabc"),
        Arguments.of("a negative length", post + "Content-Length: -1\r\n\r\n"),
        Arguments.of("a length with a space", post + "Content-Length: 3 3\r\n\r\nabc"),
        Arguments.of("a length in hexadecimal", post + "Content-Length: 0x3\r\n\r\nabc"),
        Arguments.of(
            "a length that overflows", post + "Content-Length: 9223372036854775808\r\n\r\n"),
        Arguments.of("no length at all", post + "Content-Length:\r\n\r\n"),
        Arguments.of(
            "chunks in HTTP/1.0",
            "POST /v1/a HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"),
        Arguments.of("a bare line feed", get.replace("\r\nHost", "\nHost") + "\r\n"),
        Arguments.of("a bare line feed at the end", get + "X: y\n\r\n"),
        Arguments.of("a bare carriage return", get + "X: y\rZ: w\r\n\r\n"),
        Arguments.of("a null byte in a value", get + "X: y\0z\r\n\r\n"),
        Arguments.of("a null byte in a name", get + "X\0: y\r\n\r\n"),
        Arguments.of("an empty name", get + ": y\r\n\r\n"),
        Arguments.of("no colon", get + "nonsense\r\n\r\n"),
        Arguments.of("a name in brackets", get + "X(y): z\r\n\r\n"),
        Arguments.of("two spaces", "GET  /v1/a HTTP/1.1\r\n" + HOST + "\r\n"),
        Arguments.of("a tab in the line", "GET\t/v1/a\tHTTP/1.1\r\n" + HOST + "\r\n"),
        Arguments.of("a space in the target", "GET /v1/a b HTTP/1.1\r\n" + HOST + "\r\n"),
        Arguments.of("no version", "GET /v1/a\r\n" + HOST + "\r\n"),
        Arguments.of("a version to come", "GET /v1/a HTTP/1.2\r\n" + HOST + "\r\n"),
        Arguments.of("a version in lower case", "GET /v1/a http/1.1\r\n" + HOST + "\r\n"),
        Arguments.of("a method that is no token", "GE\"T /v1/a HTTP/1.1\r\n" + HOST + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void whatIsAmbiguousIsRefusedAndTheConnectionEnds(String name, String bytes) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String smuggled = "GET /v1/smuggled HTTP/1.1\r\n" + HOST + "\r\n";
      String said = proxy.said((bytes + smuggled).replace("PORT", "" + proxy.port()));
      assertThat(said).startsWith("HTTP/1.1 400 ").contains("connection: close");
      assertThat(said.split("HTTP/1.1 ", -1)).hasSize(2);
      assertThat(proxy.upstream.requests).isEmpty();
    }
  }

  static Stream<Arguments> brokenChunks() {
    return Stream.of(
        Arguments.of("a size that overflows", "100000000000000003\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("a negative size", "-1\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("a size with a prefix", "0x3\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("a size with a space before it", " 3\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("no size", "\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("a bare line feed after a size", "3\nabc\r\n0\r\n\r\n"),
        Arguments.of("a bare line feed in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
        Arguments.of("data past a size", "3\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("an extension without end", "3;" + "a".repeat(9000) + "\r\nabc\r\n"),
        Arguments.of("a folded trailer", "0\r\nX: y\r\n z\r\n\r\n"),
        Arguments.of("trailers without end", "0\r\nX: " + "y".repeat(9000) + "\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenChunks")
  void aBrokenChunkEndsBothConnections(String name, String chunks) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String smuggled = "GET /v1/smuggled HTTP/1.1\r\n" + HOST + "\r\n";
      String head = "POST /v1/a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
      String said = proxy.said((head + chunks + smuggled).replace("PORT", "" + proxy.port()));
      assertThat(said).doesNotContain("200 OK");
      assertThat(proxy.upstream.requests).noneMatch(seen -> seen.contains("GET /v1/smuggled"));
      assertThat(proxy.upstream.requests).noneMatch(seen -> seen.endsWith("0\r\n\r\n"));
    }
  }

  @Test
  void aSecondRequestWaitsForTheFirstAnswer() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String first =
          "POST /v1/one HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 3\r\n\r\nabc"
              .formatted(proxy.port());
      String said = proxy.said(first + proxy.request("GET /v1/two"));
      assertThat(said.split("HTTP/1.1 200", -1)).hasSize(3);
      assertThat(proxy.upstream.requests).hasSize(2);
      assertThat(proxy.upstream.requests.get(0)).startsWith("POST /v1/one").endsWith("\r\nabc");
      assertThat(proxy.upstream.requests.get(1)).startsWith("GET /v1/two");
    }
  }

  @Test
  void chunksGoOnAsChunksWithoutTheirExtensions() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String body = "3;x=y\r\nabc\r\n0\r\nX-Checksum: 7\r\nAuthorization: mine\r\n\r\n";
      String said =
          proxy.said(
              proxy.request("POST /v1/a", "Transfer-Encoding: chunked", "Trailer: x-checksum")
                  + body);
      assertThat(said).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.upstream.requests.getFirst())
          .endsWith("\r\n\r\n3\r\nabc\r\n0\r\nx-checksum: 7\r\n\r\n")
          .doesNotContain("mine");
    }
  }
}
