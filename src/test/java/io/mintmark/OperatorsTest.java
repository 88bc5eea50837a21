package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broker as in production: its own policy governs it, and only listed proxies speak for others.
 */
@QuarkusTest
@TestProfile(OperatorsProfile.class)
class OperatorsTest {
  private static final AtomicInteger SOURCES = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WorkloadId ADA = WorkloadId.parse("spiffe://dev.mintmark/operators/ada");
  private static final WorkloadId BOB = WorkloadId.parse("spiffe://dev.mintmark/operators/bob");
  private static final WorkloadId CAROL = WorkloadId.parse("spiffe://dev.mintmark/ns/a/sa/carol");
  private static final String ADMIN = OperatorsProfile.ISSUER + "/v1/admin";
  private static final String PREPARE =
      "{\"action\":\"prepare\",\"use\":\"access-token\",\"algorithm\":\"ES256\"}";

  private final HttpClient http = HttpClient.newHttpClient();

  @Inject Service service;

  @Test
  void aReaderReadsAndAWriterWrites() throws Exception {
    String reader = bearer(BOB, ADMIN);
    assertThat(get("/v1/admin/keys", reader).statusCode()).isEqualTo(200);
    assertThat(get("/v1/admin/policy", reader).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = post("/v1/admin/keys", reader, PREPARE);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("www-authenticate").orElseThrow())
        .contains("insufficient_scope", "admin:write");
    HttpResponse<String> prepared = post("/v1/admin/keys", bearer(ADA, ADMIN), PREPARE);
    assertThat(prepared.statusCode()).as(prepared.body()).isEqualTo(200);
    assertThat(JSON.readTree(prepared.body()).path("state").asText()).isEqualTo("prepared");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/admin/keys", "/v1/admin/policy"})
  void withoutATokenNobodyIsAnOperatorNotEvenOnLoopback(String path) throws Exception {
    HttpResponse<String> answer = get(path, null);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
  }

  @Test
  void aTokenForAnotherResourceIsNoOperators() throws Exception {
    String other = bearer(BOB, "https://ledger.example.org");
    assertThat(get("/v1/admin/keys", other).statusCode()).isEqualTo(401);
  }

  @Test
  void evidenceIsNoOperatorsToken() throws Exception {
    String svid = OperatorsProfile.authority().jwtSvid(ADA, ADMIN, Duration.ofMinutes(5));
    assertThat(get("/v1/admin/keys", svid).statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenThatWasTamperedWithIsRefused() throws Exception {
    String[] parts = bearer(BOB, ADMIN).split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]));
    String wider =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.replace("admin:read", "admin:write").getBytes());
    String none =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes());
    for (String forged :
        List.of(
            parts[0] + "." + wider + "." + parts[2],
            none + "." + wider + ".",
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1],
            "",
            "x",
            "a.b.c",
            "x".repeat(20_000))) {
      assertThat(post("/v1/admin/keys", forged, PREPARE).statusCode()).as(forged).isEqualTo(401);
    }
  }

  @Test
  void aBoundTokenNeedsItsCertificateAtEachCall() throws Exception {
    DevAuthority.X509Evidence svid =
        OperatorsProfile.authority().x509Svid(BOB, Duration.ofMinutes(5));
    String header =
        ":" + Base64.getEncoder().encodeToString(svid.chain().getFirst().getEncoded()) + ":";
    HttpResponse<String> answer =
        http.send(
            request("/oauth2/token")
                .header("Client-Cert", header)
                .header("X-Forwarded-For", "198.51.100.1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&client_id="
                            + BOB.uri()
                            + "&resource="
                            + ADMIN))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    String token = JSON.readTree(answer.body()).path("access_token").asText();
    assertThat(token).as(answer.body()).isNotEmpty();
    assertThat(get("/v1/admin/keys", token).statusCode()).isEqualTo(401);
    HttpResponse<String> with =
        http.send(
            request("/v1/admin/keys")
                .header("Authorization", "Bearer " + token)
                .header("Client-Cert", header)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(with.statusCode()).isEqualTo(200);
  }

  @Test
  void anAddressWhoseProofsFailIsStoppedAndNoOtherIs() throws Exception {
    int limited = 0;
    for (int i = 0; i < 30; i++) {
      HttpResponse<String> answer = exchange("no token", "https://x", "192.0.2.77");
      if (answer.statusCode() == 429) {
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
        assertThat(JSON.readTree(answer.body()).path("reason").asText()).isEqualTo("rate-limited");
        limited++;
      } else {
        assertThat(answer.statusCode()).isEqualTo(401);
      }
    }
    assertThat(limited).isPositive();
    assertThat(exchange("no token", "https://x", "192.0.2.78").statusCode()).isEqualTo(401);
  }

  @Test
  void anAddressThatGuessesOperatorsTokensIsStopped() throws Exception {
    int limited = 0;
    for (int i = 0; i < 30; i++) {
      HttpRequest guess =
          from("192.0.2.79", "/v1/admin/keys").header("Authorization", "Bearer a.b.c").build();
      int status = http.send(guess, HttpResponse.BodyHandlers.ofString()).statusCode();
      assertThat(status).isIn(401, 429);
      limited += status == 429 ? 1 : 0;
    }
    assertThat(limited).isPositive();
  }

  /** The operator's certificate is his own, and the workload's proof is still the workload's. */
  @Test
  void explainingAProofBindsItToNoCertificateOfTheOperators() throws Exception {
    String svid =
        OperatorsProfile.authority().jwtSvid(CAROL, OperatorsProfile.ISSUER, Duration.ofMinutes(5));
    String body =
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\""
            + svid
            + "\"},\"resource\":\"https://ledger.example.org\"}";
    String reader = bearer(BOB, ADMIN);
    JsonNode explained = explain(reader, body);
    assertThat(explained.path("granted").asBoolean()).as(explained.toString()).isTrue();
    assertThat(explained.path("workload").asText()).isEqualTo(CAROL.uri());
    assertThat(explained.path("given").path("bound").asBoolean()).isFalse();
  }

  private JsonNode explain(String token, String body) throws Exception {
    DevAuthority.X509Evidence own =
        OperatorsProfile.authority().x509Svid(BOB, Duration.ofMinutes(5));
    HttpResponse<String> answer =
        http.send(
            request("/v1/explain")
                .header(
                    "Client-Cert",
                    ":"
                        + Base64.getEncoder().encodeToString(own.chain().getFirst().getEncoded())
                        + ":")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  @Test
  void everyCallIsOnTheRecordWithWhoFromWhereWhatAndHowItEnded() throws Exception {
    String reader = bearer(BOB, ADMIN);
    String jti = claims(reader).path("jti").asText();
    call("203.0.113.1", "/v1/admin/keys", reader, null);
    call("203.0.113.2", "/v1/admin/policy", reader, null);
    call("203.0.113.3", "/v1/admin/keys", reader, PREPARE);
    call("203.0.113.4", "/v1/explain", reader, "{\"evidence\":{\"kind\":\"jwt-svid\"}}");
    call("203.0.113.5", "/v1/admin/keys", "a.b.c", null);
    call("203.0.113.6", "/v1/admin/keys", bearer(BOB, "https://ledger.example.org"), null);
    String writer = bearer(ADA, ADMIN);
    call("203.0.113.7", "/v1/admin/keys", writer, "{}");
    call(
        "203.0.113.8",
        "/v1/admin/keys",
        writer,
        "{\"action\":\"retire\",\"use\":\"jwt-svid\",\"id\":\"nobody\"}");
    call(
        "203.0.113.9",
        "/v1/admin/keys",
        writer,
        "{\"action\":\"prepare\",\"use\":\"jwt-svid\",\"algorithm\":\"ES256\"}");
    assertThat(line("203.0.113.1")).isEqualTo("admin keys-read " + BOB.uri());
    assertThat(record("203.0.113.1").path("jti").asText()).isEqualTo(jti);
    assertThat(line("203.0.113.2")).isEqualTo("admin policy-read " + BOB.uri());
    assertThat(line("203.0.113.3")).isEqualTo("denied keys-change " + BOB.uri());
    assertThat(record("203.0.113.3").path("reason").asText()).isEqualTo("scope-not-granted");
    assertThat(line("203.0.113.4")).isEqualTo("denied explain " + BOB.uri());
    assertThat(line("203.0.113.5")).isEqualTo("refused keys-read ");
    assertThat(line("203.0.113.6")).isEqualTo("refused keys-read ");
    assertThat(record("203.0.113.6").path("reason").asText()).isEqualTo("evidence-audience");
    assertThat(line("203.0.113.7")).isEqualTo("denied keys-change " + ADA.uri());
    assertThat(line("203.0.113.8")).isEqualTo("denied keys-change " + ADA.uri());
    assertThat(line("203.0.113.9")).isEqualTo("admin keys-change " + ADA.uri());
    assertThat(record("203.0.113.9").path("detail").asText()).contains("jwt-svid key", "prepared");
  }

  private void call(String source, String path, String token, String body) throws Exception {
    call(source, path, token, body, source);
  }

  private void call(String forwarded, String path, String token, String body, String source)
      throws Exception {
    HttpRequest.Builder request = from(forwarded, path).header("Authorization", "Bearer " + token);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      assertThat(JSON.readTree(answer.body()).path("decision_id").asText())
          .isEqualTo(record(source).path("decision_id").asText());
    }
  }

  private static String line(String source) throws Exception {
    JsonNode record = record(source);
    return String.join(
        " ",
        record.path("outcome").asText(),
        record.path("action").asText(),
        record.path("workload").asText());
  }

  private static JsonNode record(String source) throws Exception {
    try (Stream<Path> files = Files.list(OperatorsProfile.FOLDER.resolve("data/ledger"))) {
      for (Path segment : files.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
        for (String line : Files.readAllLines(segment)) {
          if (line.contains("\"source\":\"" + source + "\"")) {
            return JSON.readTree(line);
          }
        }
      }
    }
    throw new AssertionError("nothing from " + source + " is on the record");
  }

  private static JsonNode claims(String token) throws Exception {
    return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }

  /** What stands left of the nearest address that is no proxy is the caller's own invention. */
  @Test
  void theRecordHasTheAddressThatTheProxySawAndNoInventedOne() throws Exception {
    call("127.0.0.1, 10.9.9.9, 203.0.113.20", "/v1/admin/keys", "a.b.c", null, "203.0.113.20");
    call("203.0.113.21, 127.0.0.1", "/v1/admin/keys", "a.b.c", null, "203.0.113.21");
    HttpResponse<String> noAddress =
        http.send(
            from("localhost", "/v1/admin/keys").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(noAddress.statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"})
  void noHeaderMakesAReadAWrite(String header) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/v1/admin/keys?_method=POST")
                .header("Authorization", "Bearer " + bearer(BOB, ADMIN))
                .header(header, "POST")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(JSON.readTree(answer.body()).path("keys").isArray()).isTrue();
  }

  @Test
  void metadataIsFoundWithTheIssuersPathInserted() throws Exception {
    for (String path :
        List.of(
            "/.well-known/oauth-authorization-server/prod",
            "/prod/.well-known/openid-configuration",
            "/prod/oauth2/jwks")) {
      assertThat(get(path, null).statusCode()).as(path).isEqualTo(200);
    }
    JsonNode metadata =
        JSON.readTree(get("/.well-known/oauth-authorization-server/prod", null).body());
    assertThat(metadata.path("jwks_uri").asText())
        .isEqualTo(OperatorsProfile.ISSUER + "/oauth2/jwks");
  }

  private String bearer(WorkloadId id, String resource) throws Exception {
    String svid =
        OperatorsProfile.authority().jwtSvid(id, OperatorsProfile.ISSUER, Duration.ofMinutes(5));
    HttpResponse<String> answer = exchange(svid, resource, "198.51.100.2");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  private HttpResponse<String> exchange(String token, String resource, String source)
      throws Exception {
    return http.send(
        request("/v1/exchange")
            .header("Content-Type", "application/json")
            .header("X-Forwarded-For", source)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\""
                        + token
                        + "\"},\"resource\":\""
                        + resource
                        + "\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String token) throws Exception {
    HttpRequest.Builder request = request(path);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String token, String body) throws Exception {
    return http.send(
        request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Each from another address, by way of the proxy, so that no test spends another's share. */
  private HttpRequest.Builder request(String path) {
    return from("198.51.100." + SOURCES.incrementAndGet(), path);
  }

  private HttpRequest.Builder from(String source, String path) {
    return HttpRequest.newBuilder(
            URI.create("http://localhost:" + service.setup().http().port() + path))
        .header("X-Forwarded-For", source);
  }
}
