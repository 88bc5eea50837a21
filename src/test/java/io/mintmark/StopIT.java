package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.jose.Jws;
import io.mintmark.ledger.Verification;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker, told to end while it is at work. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StopIT {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ISSUER = "https://localhost:8443";
  private static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void whatHasBegunIsAnsweredAndOnRecordAndNothingMoreBegins() throws Exception {
    Process broker = start();
    try {
      JsonNode endpoints = endpoints(broker);
      URI management = URI.create(endpoints.path("management").asText());
      int port = URI.create(endpoints.path("http").asText()).getPort();
      byte[] body = exchange();
      try (RawSocket begun = RawSocket.of(new Socket("127.0.0.1", port));
          RawSocket kept = RawSocket.of(new Socket("127.0.0.1", port))) {
        begun.send(
            "POST /v1/exchange HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: "
                + body.length
                + "\r\n\r\n");
        assertThat(begun.line()).startsWith("HTTP/1.1 100");
        assertThat(begun.line()).isEmpty();
        begun.send(new String(body, 0, body.length / 2, StandardCharsets.UTF_8));
        kept.send("GET /oauth2/jwks HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(kept.answer()).startsWith("HTTP/1.1 200");
        assertThat(status(management, "/q/health/ready")).isEqualTo(200);

        new ProcessBuilder("kill", "-TERM", Long.toString(broker.pid())).start().waitFor();

        while (status(management, "/q/health/ready") != 503) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        kept.send("GET /oauth2/jwks HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(kept.answer()).startsWith("HTTP/1.1 503").contains("the broker is stopping");
        try (RawSocket late = RawSocket.of(new Socket("127.0.0.1", port))) {
          assertThat(late.say("GET /oauth2/jwks HTTP/1.1\r\nHost: a\r\n\r\n"))
              .startsWith("HTTP/1.1 503");
        }
        begun.send(
            new String(
                body, body.length / 2, body.length - body.length / 2, StandardCharsets.UTF_8));
        String answer = begun.answer();
        assertThat(answer).startsWith("HTTP/1.1 200");
        String token =
            JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                .path("access_token")
                .asText();
        assertThat(broker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(broker.exitValue()).isEqualTo(128 + 15);
        assertThat(ledger()).contains(Jws.parse(token, 8192).claims().path("jti").asText());
        assertThat(Verification.verify(data, null, null, seen -> {}).holds()).isTrue();
        assertThat(data.resolve("endpoints.json")).doesNotExist();
      }
    } finally {
      broker.destroyForcibly();
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                JAR.toString(),
                "broker",
                "--dev",
                "--data",
                data.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MINTMARK_ISSUER", ISSUER);
    builder.environment().put("MINTMARK_HTTPS_LISTEN", "127.0.0.1:0");
    builder.environment().put("MINTMARK_HTTP_LISTEN", "127.0.0.1:0");
    builder.environment().put("MINTMARK_MANAGEMENT_LISTEN", "127.0.0.1:0");
    return builder.start();
  }

  private JsonNode endpoints(Process broker) throws Exception {
    while (!Files.exists(data.resolve("endpoints.json"))) {
      assertThat(broker.isAlive()).isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return JSON.readTree(Files.readAllBytes(data.resolve("endpoints.json")));
  }

  private byte[] exchange() throws IOException {
    String svid =
        DevAuthority.open(data, InstantSource.system())
            .jwtSvid(ORDERS, ISSUER, Duration.ofMinutes(5));
    return ("{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\""
            + svid
            + "\"},\"resource\":\"https://ledger.example.org\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private int status(URI base, String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(base.resolve(path)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private String ledger() throws IOException {
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".jsonl")).toList()) {
        lines.append(Files.readString(file));
      }
    }
    return lines.toString();
  }
}
