package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real broker behind a real socket: hostile input on every endpoint gets a 4xx in JSON. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
class EdgeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");
  private static final String FORM = "application/x-www-form-urlencoded";

  private final HttpClient http = HttpClient.newHttpClient();

  @Inject Service service;

  @Test
  void aJwtSvidBecomesATokenThatNobodyMayKeep() throws Exception {
    HttpResponse<byte[]> answer = post("/oauth2/token", FORM, bytes(goodForm()));
    JsonNode body = JSON.readTree(answer.body());
    assertThat(answer.statusCode()).as(body.toString()).isEqualTo(200);
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    assertThat(body.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(body.path("scope").asText()).isEqualTo("ledger:read");
    assertThat(body.path("decision_id").asText()).hasSize(24);
    assertThat(body.path("expires_in").asLong()).isBetween(1L, 300L);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404",
    "GET, /, 404",
    "GET, /oauth2/token, 405",
    "PUT, /oauth2/token, 405",
    "DELETE, /oauth2/jwks, 405",
    "POST, /oauth2/jwks, 405",
    "OPTIONS, /oauth2/token, 405",
    "PATCH, /v1/exchange, 405",
    "TRACE, /v1/exchange, 405",
    "GET, /v1/exchange, 405",
    "POST, /oauth2/token/, 404",
    "POST, /oauth2/token;x=1, 404",
    "POST, /OAUTH2/TOKEN, 404",
    "POST, /oauth2/%74oken, 404",
    "GET, /oauth2/../oauth2/jwks, 404",
    "GET, /oauth2/%2e%2e/oauth2/jwks, 404",
    "GET, /q/health, 404",
    "GET, /q/metrics, 404",
    "GET, /q/openapi, 404",
    "GET, /v1/admin/, 404",
    "GET, /console, 404",
    "GET, /favicon.ico, 404"
  })
  void whatIsNotThereIsAnsweredInJson(String method, String path, int status) throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(root() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(status);
    isRefusal(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; a=b; c=d",
        "application/x-www-form-urlencodedx",
        "application/*",
        "*/*",
        "nonsense"
      })
  void anotherMediaTypeIsRefused(String type) throws Exception {
    HttpResponse<byte[]> answer = post("/oauth2/token", type, bytes(goodForm()));
    assertThat(answer.statusCode()).isEqualTo(415);
    isRefusal(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/token", "/v1/exchange", "/v1/certificates", "/v1/explain"})
  void noBytesMakeAnEndpointFail(String path) throws Exception {
    String type = path.startsWith("/v1") ? "application/json" : FORM;
    Random random = new Random(path.hashCode());
    for (int i = 0; i < 200; i++) {
      byte[] body = mutated(path.startsWith("/v1") ? bytes(goodJson()) : bytes(goodForm()), random);
      HttpResponse<byte[]> answer = post(path, type, body);
      assertThat(answer.statusCode())
          .as(
              "seed of %s, round %d: %s",
              path, i, new String(answer.body(), StandardCharsets.UTF_8))
          .isLessThan(500);
      JSON.readTree(answer.body());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/token", "/v1/exchange", "/v1/certificates", "/v1/explain"})
  void emptyAndOversizedBodiesAreRefused(String path) throws Exception {
    String type = path.startsWith("/v1") ? "application/json" : FORM;
    HttpResponse<byte[]> empty = post(path, type, new byte[0]);
    assertThat(empty.statusCode()).isEqualTo(400);
    isRefusal(empty);
    byte[] large = new byte[64 * 1024];
    Arrays.fill(large, (byte) 'a');
    assertThat(post(path, type, large).statusCode()).isEqualTo(400);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
    String answer =
        raw(
            "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + FORM
                + "\r\nContent-Length: 10000000\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 413").contains("request-too-large");
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsRefused() throws Exception {
    StringBuilder request =
        new StringBuilder(
            "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + FORM
                + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 17; i++) {
      request.append("1000\r\n").append("a".repeat(4096)).append("\r\n");
    }
    assertThat(raw(request.toString())).startsWith("HTTP/1.1 413").contains("request-too-large");
  }

  @Test
  void anEncodedBodyIsRefused() throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(root() + "/oauth2/token"))
                .header("Content-Type", FORM)
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString(goodForm()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void metadataNamesOnlyWhatWorks() throws Exception {
    JsonNode metadata = JSON.readTree(get("/.well-known/oauth-authorization-server").body());
    assertThat(metadata.path("issuer").asText()).isEqualTo(EdgeProfile.ISSUER);
    assertThat(metadata.path("token_endpoint").asText())
        .isEqualTo(EdgeProfile.ISSUER + "/oauth2/token");
    assertThat(metadata.has("introspection_endpoint")).isFalse();
    assertThat(metadata.has("revocation_endpoint")).isFalse();
    JsonNode openid = JSON.readTree(get("/.well-known/openid-configuration").body());
    assertThat(openid.path("claims_supported").toString())
        .isEqualTo("[\"iss\",\"sub\",\"aud\",\"exp\",\"iat\",\"jti\"]");
    assertThat(openid.path("subject_types_supported").get(0).asText()).isEqualTo("public");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/jwks", "/spiffe/bundle", "/openapi"})
  void whatIsPublishedCanBeKeptAndAskedForAgain(String path) throws Exception {
    HttpResponse<byte[]> first = get(path);
    assertThat(first.statusCode()).isEqualTo(200);
    String tag = first.headers().firstValue("etag").orElseThrow();
    assertThat(first.headers().firstValue("cache-control").orElseThrow()).contains("max-age=");
    HttpResponse<byte[]> again =
        http.send(
            HttpRequest.newBuilder(URI.create(root() + path)).header("If-None-Match", tag).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void clientCertHeadersOfAStrangerRefuseTheRequest() throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(root() + "/oauth2/token"))
                .header("Content-Type", FORM)
                .header("Client-Cert", ":MIIB:")
                .POST(HttpRequest.BodyPublishers.ofString(goodForm()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(400);
    isRefusal(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, '', 200",
    "127.0.0.1:8080, '', 200",
    "[::1]:8080, '', 200",
    "localhost:8443, https://localhost:8443, 200",
    "evil.example, '', 403",
    "localhost.evil.example, '', 403",
    "127.0.0.1.evil.example:8080, '', 403",
    "evil.example:127, '', 403",
    "localhost, https://evil.example, 403",
    "localhost, http://localhost.evil.example, 403",
    "localhost, null, 403",
    "0.0.0.0:8080, '', 403",
    "[::]:8080, '', 403",
    "localhost:8080@evil.example, '', 400",
    "localhost:8080, http://localhost:3000, 403",
    "localhost, http://evil.example#localhost, 403",
    "localhost, http://localhost@evil.example, 403"
  })
  void aPageThatWasReboundToLoopbackIsNoOperator(String host, String origin, int status)
      throws Exception {
    String answer =
        raw(
            "GET /v1/admin/policy HTTP/1.1\r\nHost: "
                + host
                + (origin.isEmpty() ? "" : "\r\nOrigin: " + origin)
                + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void operatorsSeeAndTurnKeys() throws Exception {
    JsonNode keys = JSON.readTree(get("/v1/admin/keys").body()).path("keys");
    assertThat(keys).isNotEmpty();
    HttpResponse<byte[]> unknown =
        post(
            "/v1/admin/keys",
            "application/json",
            bytes("{\"action\":\"activate\",\"use\":\"access-token\",\"id\":\"nobody\"}"));
    assertThat(unknown.statusCode()).isEqualTo(409);
    for (String wrong :
        List.of(
            "{}",
            "[]",
            "{\"action\":\"x\",\"use\":\"y\"}",
            "{\"action\":\"prepare\",\"use\":\"y\",\"algorithm\":\"ES256\"}",
            "{\"action\":\"prepare\"}")) {
      assertThat(post("/v1/admin/keys", "application/json", bytes(wrong)).statusCode())
          .isEqualTo(400);
    }
  }

  /** What is published is rendered once, and anew when it changes. */
  @ParameterizedTest
  @CsvSource({"access-token, /oauth2/jwks", "jwt-svid, /spiffe/bundle"})
  void aKeyThatIsPreparedIsPublishedAtOnce(String use, String path) throws Exception {
    HttpResponse<byte[]> before = get(path);
    assertThat(get(path).body()).isEqualTo(before.body());
    HttpResponse<byte[]> prepared =
        post(
            "/v1/admin/keys",
            "application/json",
            bytes("{\"action\":\"prepare\",\"use\":\"" + use + "\",\"algorithm\":\"ES256\"}"));
    assertThat(prepared.statusCode()).as(new String(prepared.body())).isEqualTo(200);
    HttpResponse<byte[]> after = get(path);
    assertThat(JSON.readTree(after.body()).path("keys"))
        .hasSizeGreaterThan(JSON.readTree(before.body()).path("keys").size());
    assertThat(after.headers().firstValue("etag"))
        .isNotEqualTo(before.headers().firstValue("etag"));
  }

  @Test
  void anExplanationNamesTheRules() throws Exception {
    HttpResponse<byte[]> answer = post("/v1/explain", "application/json", bytes(goodJson()));
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("granted").asBoolean()).as(body.toString()).isTrue();
    assertThat(body.path("text").asText()).contains("orders-reads-ledger");
  }

  @Test
  void theApiDocumentDescribesEveryPath() throws Exception {
    String document = new String(get("/openapi").body(), StandardCharsets.UTF_8);
    for (String path :
        List.of(
            "/oauth2/token",
            "/v1/exchange",
            "/v1/certificates",
            "/v1/explain",
            "/v1/admin/keys",
            "/v1/admin/policy",
            "/oauth2/jwks",
            "/spiffe/bundle",
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration",
            "/openapi")) {
      assertThat(document).contains("\n  " + path + ":\n");
    }
  }

  @Test
  void managementServesHealthAndMetricsAndNothingElse() throws Exception {
    post("/oauth2/token", FORM, bytes(goodForm()));
    String metrics = new String(managed("q/metrics").body(), StandardCharsets.UTF_8);
    assertThat(metrics)
        .contains(
            "mintmark_exchanges_total{",
            "mintmark_exchange_seconds_count{stage=\"attest\"}",
            "mintmark_exchange_seconds_count{stage=\"decide\"}",
            "mintmark_exchange_seconds_count{stage=\"mint\"}",
            "mintmark_exchange_seconds_count{stage=\"record\"}",
            "mintmark_ledger_sync_seconds",
            "mintmark_ledger_batch_records",
            "mintmark_ledger_packing_failures_total",
            "mintmark_ledger_records",
            "mintmark_connections ",
            "mintmark_connections_refused_total",
            "mintmark_connections_cut_total",
            "mintmark_bundle_age_seconds{trust_domain=\"dev.mintmark\"}",
            "mintmark_key_age_seconds{",
            "mintmark_policy_info{",
            "mintmark_projection_lag_records",
            "mintmark_projection_up 1",
            "mintmark_projection_failures_total 0",
            "mintmark_server_certificate_problems 0",
            "mintmark_authority_problems 0",
            "mintmark_crypto_info{provider=");
    assertThat(metrics.lines().filter(line -> line.startsWith("mintmark_exchanges_total{")))
        .anyMatch(
            line ->
                line.contains("outcome=\"minted\"")
                    && line.contains("reason=\"none\"")
                    && line.contains("evidence=\"jwt-svid\"")
                    && line.contains("credential=\"access-token\""));
    for (String check : List.of("live", "ready", "started")) {
      HttpResponse<byte[]> health = managed("q/health/" + check);
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(JSON.readTree(health.body()).path("status").asText()).isEqualTo("UP");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"oauth2/token", "v1/admin/keys", "", "q/", "q/nothing", "favicon.ico"})
  void managementSaysInJsonThatItHasNoMore(String path) throws Exception {
    HttpResponse<byte[]> answer = managed(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    isRefusal(answer);
    String raw =
        RawSocket.management(service)
            .say("GET //%zz" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(raw).matches("(?s)HTTP/1.1 4.*").doesNotContain("<html", "xception");
  }

  private HttpResponse<byte[]> managed(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(service.setup().management().url("http").resolve("/" + path))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static byte[] mutated(byte[] good, Random random) {
    byte[] body = good.clone();
    switch (random.nextInt(4)) {
      case 0 -> body = Arrays.copyOf(body, random.nextInt(body.length));
      case 1 -> {
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
          body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
      }
      case 2 -> {
        int from = random.nextInt(body.length);
        body = Arrays.copyOfRange(body, from, from + 1 + random.nextInt(body.length));
      }
      default -> {
        body = new byte[1 + random.nextInt(300)];
        random.nextBytes(body);
      }
    }
    return body;
  }

  private static String goodForm() throws IOException {
    return "grant_type=client_credentials"
        + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"
        + "&client_assertion="
        + svid()
        + "&resource=https://ledger.example.org";
  }

  private static String goodJson() throws IOException {
    return "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\""
        + svid()
        + "\"},\"resource\":\"https://ledger.example.org\"}";
  }

  private static String svid() throws IOException {
    return DevAuthority.open(EdgeProfile.DATA, InstantSource.system())
        .jwtSvid(ORDERS, EdgeProfile.ISSUER, Duration.ofMinutes(5));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String root() {
    return "http://localhost:" + service.setup().http().port();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(root() + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> post(String path, String type, byte[] body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(root() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private String raw(String request) throws IOException {
    return RawSocket.plain(service).say(request);
  }

  private static void isRefusal(HttpResponse<byte[]> answer) throws IOException {
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("error").asText()).isNotEmpty();
    assertThat(body.path("reason").asText()).isNotEmpty();
  }
}
