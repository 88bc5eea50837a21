package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.jose.Jws;
import io.mintmark.ledger.Verification;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker, told to end while it is at work. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StopIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void whatHasBegunIsAnsweredAndOnRecordAndNothingMoreBegins() throws Exception {
    try (PackagedBroker broker = PackagedBroker.start(folder, Map.of())) {
      URI management = broker.endpoint("management");
      int port = broker.endpoint("http").getPort();
      byte[] body = broker.exchange();
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

        new ProcessBuilder("kill", "-TERM", Long.toString(broker.process().pid()))
            .start()
            .waitFor();

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
        assertThat(broker.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(broker.process().exitValue()).isEqualTo(128 + 15);
        assertThat(broker.ledger()).contains(Jws.parse(token, 8192).claims().path("jti").asText());
        assertThat(Verification.verify(broker.data(), null, null, seen -> {}).holds()).isTrue();
        assertThat(broker.data().resolve("endpoints.json")).doesNotExist();
      }
    }
  }

  private int status(URI base, String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(base.resolve(path)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
