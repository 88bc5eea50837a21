package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no HTTP, or more than is read, get a refusal in JSON like any other. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
class NoHttpTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject Service service;
  @Inject Vertx vertx;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET\r\n\r\n",
        "GET // HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET //oauth2/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /oauth2/jwks%0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /\u00ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET ?x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /oauth2/jwks?%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /oauth2/jwks HTTP/1.1\r\n\r\n",
        "GET /oauth2/jwks HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "GET / HTTPS/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
            + "Content-Length: 2\r\n\r\na",
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\r\nzz\r\n\r\n",
        "GET /oauth2/jwks HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nContent-Type: application/grpc\r\n"
            + "Sec-WebSocket-Key: x\r\nContent-Length: x\r\n\r\n",
        "POST /mintmark.v1.Broker/Exchange HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/grpc\r\nContent-Length: 0\r\n\r\n"
      })
  void whatIsNoHttpIsRefusedInJson(String request) throws Exception {
    isRefusal(RawSocket.plain(service).say(request), "4..", "request-malformed");
    isRefusal(RawSocket.tls(service).say(request), "4..", "request-malformed");
    isRefusal(RawSocket.management(service).say(request), "4..", "request-malformed");
  }

  @ParameterizedTest
  @CsvSource({"0, 33_000, 431", "10_000, 0, 414", "10_000, 33_000, 414"})
  void whatIsLargerThanIsReadIsRefusedInJson(String line, String header, String status)
      throws Exception {
    String request =
        "GET /%s HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n"
            .formatted(letters(line), letters(header));
    isRefusal(RawSocket.plain(service).say(request), status, "request-too-large");
    isRefusal(RawSocket.tls(service).say(request), status, "request-too-large");
    isRefusal(RawSocket.management(service).say(request), status, "request-too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /q/health/live HTTP/1.1\r\nHo", "GET /q/health/live", "\u0016\u0003"})
  void whatEndsTooEarlyLeavesManagementAsItWas(String part) throws Exception {
    try (RawSocket socket = RawSocket.management(service)) {
      socket.send(part);
    }
    assertThat(
            RawSocket.management(service)
                .say("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("\"UP\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE", "TRACE", "OPTIONS"})
  void managementTakesNothingIn(String method) throws Exception {
    String answer =
        RawSocket.management(service)
            .say(
                "%s /q/health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n%s"
                    .formatted(method, "a".repeat(5000)));
    isRefusal(answer, "405", "request-malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//", "/%", "/%zz", "/%00", "*", "?x", "x", "/oauth2/jwks?%zz", "/\u00ff"})
  void overHttp2ItIsTheSame(String target) throws Exception {
    isRefusal(http2(HttpMethod.GET, target, null), "4..", "request-malformed");
  }

  @ParameterizedTest
  @CsvSource({
    "/mintmark.v1.Broker/Nothing, application/grpc",
    "/nothing, application/grpc",
    "/, application/grpc+proto",
    "/oauth2/token, application/grpc",
    "/mintmark.v1.Broker/Exchange, application/grpc-web",
    "/mintmark.v1.Broker/Exchange, application/grpcx",
    "/mintmark.v1.Broker/Exchange, application/grpc+json"
  })
  void whatIsNoCallOfOursIsNoFailureOfOurs(String target, String type) throws Exception {
    assertThat(http2(HttpMethod.POST, target, type))
        .matches("(?s)HTTP/2 (200|4..) .*")
        .doesNotContainIgnoringCase("<html", "exception");
  }

  private String http2(HttpMethod method, String target, String type) throws Exception {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2));
    return client
        .request(method, service.setup().https().port(), "localhost", target)
        .compose(
            request ->
                type == null
                    ? request.send()
                    : request.putHeader("content-type", type).send(Buffer.buffer(new byte[5])))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            "%s %d \r\ncontent-type: %s\r\n\r\n%s"
                                .formatted(
                                    response.version() == HttpVersion.HTTP_2 ? "HTTP/2" : "no",
                                    response.statusCode(),
                                    response.getHeader("content-type"),
                                    body)))
        .eventually(() -> client.close())
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void nothingThatWasSentComesBack() throws Exception {
    String answer =
        RawSocket.plain(service)
            .say("GET /%zzSECRET HTTP/1.1\r\nHost: localhost\r\nX: SECRET\r\n\r\n");
    assertThat(answer).doesNotContain("SECRET");
  }

  private static String letters(String count) {
    return "a".repeat(Integer.parseInt(count.replace("_", "")));
  }

  private static void isRefusal(String answer, String status, String reason) throws Exception {
    assertThat(answer).matches("(?s)[A-Z]+/[0-9.]+ " + status + " .*");
    assertThat(answer).containsIgnoringCase("content-type: application/json\r\n");
    assertThat(answer).doesNotContainIgnoringCase("exception");
    JsonNode body = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    assertThat(body.path("error").asText()).isEqualTo("invalid_request");
    assertThat(body.path("error_description").asText()).isNotEmpty();
    assertThat(body.path("reason").asText()).isEqualTo(reason);
  }
}
