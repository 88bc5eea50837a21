package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.held.Credentials.State;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller gets, and what the API sees. */
class ProxyTest {
  private static final String UNAUTHORIZED =
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nno\n";

  @TempDir Path folder;

  @Test
  void anExpiredCredentialIsNeverSent() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.credentials.states.put(
          FakeCredentials.WANTED, FakeCredentials.ready("old", Instant.now().minusSeconds(1)));
      assertThat(proxy.said(proxy.request("GET /v1/a"))).startsWith("HTTP/1.1 503 ");
      assertThat(proxy.upstream.connections).isEmpty();
      assertThat(proxy.delivery.ready()).isFalse();
    }
  }

  @Test
  void withoutACredentialNobodyIsCalled() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.credentials.states.put(
          FakeCredentials.WANTED, new State.Unavailable("no-grant", "nothing is granted"));
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 503 ")
          .contains("\r\ncontent-type: application/json\r\n")
          .endsWith(
              "{\"error\":\"credential-unavailable\",\"error_description\":"
                  + "\"there is no credential that can be used\",\"reason\":\"no-grant\"}\n");
      assertThat(proxy.upstream.connections).isEmpty();
    }
  }

  @Test
  void whoIsServedWhileThePortIsLetGoOfIsServedOn() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket caller = proxy.connect()) {
      int port = proxy.port();
      String get = "GET /v1/a HTTP/1.1\r\nHost: localhost:" + port + "\r\n";
      caller.getOutputStream().write((get + "\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(untilHello(caller)).startsWith("HTTP/1.1 200 ");
      proxy.delivery.release();
      assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(IOException.class);
      caller
          .getOutputStream()
          .write((get + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(untilHello(caller)).startsWith("HTTP/1.1 200 ");
    }
  }

  private static String untilHello(Socket from) throws IOException {
    StringBuilder said = new StringBuilder();
    while (said.indexOf("hello") < 0) {
      int next = from.getInputStream().read();
      assertThat(next).as("after %s", said).isNotNegative();
      said.append((char) next);
    }
    return said.toString();
  }

  @Test
  void theApiSeesTheCredentialAndTheCallerDoesNot() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String said = proxy.said(proxy.request("GET /v1/a?b=c%20d"));
      assertThat(said).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      assertThat(said).doesNotContain("token-1");
      assertThat(proxy.upstream.requests)
          .singleElement()
          .satisfies(
              seen ->
                  assertThat(seen)
                      .startsWith("GET /v1/a?b=c%20d HTTP/1.1\r\n")
                      .contains("\r\nhost: localhost:" + proxy.upstream.port() + "\r\n")
                      .contains("\r\nauthorization: Bearer token-1\r\n"));
      assertThat(proxy.delivery.ready()).isTrue();
      assertThat(proxy.count("requests", "route", "api", "status", "2xx")).isEqualTo(1);
      assertThat(proxy.count("injected", "route", "api")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer mine",
        "AUTHORIZATION: Basic bWluZQ==",
        "authorization: mine\r\nAuthorization: mine",
        "Proxy-Authorization: Basic mine",
        "Connection: authorization\r\nAuthorization: mine",
        "Connection: Host, Content-Length, X-Own\r\nX-Own: mine",
        "Connection: close, X-Own\r\nx-own: mine",
        "Keep-Alive: mine",
        "TE: mine",
        "Proxy-Connection: mine",
        "HTTP2-Settings: mine",
        "x-http2-path: /mine"
      })
  void theCallersOwnIsTakenAwayUnderEverySpelling(String fields) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      assertThat(proxy.said(proxy.request("GET /v1/a", fields))).startsWith("HTTP/1.1 200 ");
      String seen = proxy.upstream.requests.getFirst();
      assertThat(seen).doesNotContain("mine").doesNotContain("bWluZQ");
      assertThat(seen.toLowerCase(Locale.ROOT).split("\r\nauthorization:", -1)).hasSize(2);
      assertThat(seen).contains("\r\nhost: localhost:");
    }
  }

  @Test
  void aHeaderOfAnotherNameIsReplacedWithBothItsSpellings() throws IOException {
    ProxyFixture proxy =
        new ProxyFixture(
            new RawUpstream(),
            plan -> {
              Route old = plan.routes().getFirst();
              Route keyed =
                  new Route(
                      "api",
                      old.hosts(),
                      null,
                      "/v1",
                      old.methods(),
                      old.upstream(),
                      old.wanted(),
                      new Route.Injection("x-api-key", ""));
              return new ProxyPlan(
                  "ledger",
                  plan.mode(),
                  plan.entry(),
                  plan.hosts(),
                  null,
                  false,
                  plan.limits(),
                  java.util.List.of(keyed));
            },
            folder);
    try (proxy) {
      proxy.said(
          proxy.request("GET /v1/a", "X_Api_Key: mine", "X-API-KEY: mine", "Authorization: mine"));
      assertThat(proxy.upstream.requests.getFirst())
          .contains("\r\nx-api-key: token-1\r\n")
          .doesNotContain("mine");
    }
  }

  @Test
  void aRefusedCredentialIsRenewedAndTheRequestRepeatedOnce() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(
                  socket, request.contains("token-1") ? UNAUTHORIZED : RawUpstream.ok("fresh"));
      assertThat(proxy.said(proxy.request("POST /v1/a", "Content-Length: 3") + "abc"))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("fresh");
      assertThat(proxy.upstream.requests).hasSize(2).allMatch(seen -> seen.endsWith("\r\nabc"));
      assertThat(proxy.credentials.renewed).hasValue(1);
      assertThat(proxy.count("retried", "route", "api")).isEqualTo(1);
    }
  }

  @Test
  void aResourceThatRefusesEverythingIsAskedTwiceAndNoMore() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers = (request, socket) -> RawUpstream.say(socket, UNAUTHORIZED);
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 401 ")
          .endsWith("no\n");
      assertThat(proxy.upstream.requests).hasSize(2);
      assertThat(proxy.credentials.renewed).hasValue(1);
    }
  }

  @Test
  void whereNoOtherCredentialIsHadTheAnswerPassesOn() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.credentials.next =
          CompletableFuture.completedFuture(new State.Unavailable("no-grant", "no"));
      proxy.upstream.answers = (request, socket) -> RawUpstream.say(socket, UNAUTHORIZED);
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 401 ")
          .endsWith("no\n");
      assertThat(proxy.upstream.requests).hasSize(1);
    }
  }

  @Test
  void aLargeBodyIsNotRepeatedAndTheNextRequestGetsTheFreshCredential() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(
                  socket, request.contains("token-1") ? UNAUTHORIZED : RawUpstream.ok("fresh"));
      String body = "a".repeat(100_000);
      assertThat(proxy.said(proxy.request("POST /v1/a", "Content-Length: 100000") + body))
          .startsWith("HTTP/1.1 401 ");
      assertThat(proxy.upstream.requests).hasSize(1);
      assertThat(proxy.said(proxy.request("GET /v1/a"))).endsWith("fresh");
    }
  }

  @Test
  void aRedirectIsTheCallersToFollow() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(
                  socket,
                  "HTTP/1.1 302 Found\r\nLocation: https://evil.example.org/\r\n"
                      + "Content-Length: 0\r\n\r\n");
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 302 ")
          .contains("\r\nlocation: https://evil.example.org/\r\n");
      assertThat(proxy.upstream.requests).hasSize(1);
    }
  }

  @Test
  void aKeptConnectionThatEndedIsReplacedForWhatMayBeRepeated() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) -> {
            // answers one request on each connection, without a word that it ends
            boolean first = request.startsWith("GET /v1/first");
            boolean fresh = proxy.upstream.connections.size() > 1;
            return (first || fresh) && RawUpstream.say(socket, RawUpstream.ok("hello"));
          };
      assertThat(proxy.said(proxy.request("GET /v1/first"))).endsWith("hello");
      assertThat(proxy.said(proxy.request("GET /v1/second"))).endsWith("hello");
      assertThat(proxy.upstream.connections).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v2/a | 403 | route-unknown",
        "GET /v1x | 403 | route-unknown",
        "GET /v1/../v2/a | 403 | route-unknown",
        "GET /v1/%2e%2e/v2 | 403 | route-unknown",
        "GET /v1/.%2E/v2 | 403 | route-unknown",
        "GET /v1/..;/v2 | 400 | path-refused",
        "GET /v1/..%2fv2 | 400 | path-refused",
        "GET /v1/%5c..%5cv2 | 400 | path-refused",
        "GET /v1/..\\v2 | 400 | path-refused",
        "GET /v1/%252e%252e/v2 | 400 | path-refused",
        "GET /v1/%25%32%65%25%32%65/v2 | 400 | path-refused",
        "GET /v1/%zz | 400 | path-refused",
        "GET /v1/% | 400 | path-refused",
        "GET /v1/%00 | 400 | path-refused",
        "GET /v1/%0d%0aX:%20y | 400 | path-refused",
        "GET /v1/a#b | 400 | path-refused",
        "TRACE /v1/a | 405 | method-refused",
        "OPTIONS * | 400 | form-refused",
        "GET v1/a | 400 | form-refused",
        "GET https://evil.example.org/v1/a | 400 | form-refused",
        "GET http://localhost/v1/a | 400 | form-refused",
        "CONNECT localhost:443 | 403 | tunnel-refused"
      })
  void whatNoRouteAllowsIsRefused(String line, int status, String reason) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String host = line.startsWith("CONNECT") ? "Host: localhost:443" : "";
      String request =
          host.isEmpty()
              ? proxy.request(line)
              : line + " HTTP/1.1\r\n" + host + "\r\nConnection: close\r\n\r\n";
      assertThat(proxy.said(request))
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\"error\":\"" + reason + "\"");
      assertThat(proxy.upstream.connections).isEmpty();
      assertThat(proxy.count("refused", "reason", reason)).isEqualTo(1);
    }
  }

  @Test
  void dotSegmentsAreGoneFromWhatIsSent() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.said(proxy.request("GET /v2/../v1//a/./%2e%2e/b%20c?d=/../e"));
      assertThat(proxy.upstream.requests.getFirst())
          .startsWith("GET /v1/b%20c?d=/../e HTTP/1.1\r\n");
    }
  }

  @Test
  void aHeadAndItsLengthPassWithoutABody() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      assertThat(proxy.said(proxy.request("HEAD /v1/a")))
          .contains("\r\ncontent-length: 5\r\n")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void anInterimAnswerLetsTheCallerSendItsBody() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      proxy.upstream.answers =
          (request, upstream) -> RawUpstream.say(upstream, RawUpstream.ok("done"));
      String head = proxy.request("POST /v1/a", "Content-Length: 3", "Expect: 100-continue");
      socket.getOutputStream().write((head + "abc").getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("done");
      assertThat(proxy.upstream.requests.getFirst()).contains("\r\nexpect: 100-continue\r\n");
    }
  }
}
