package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker's log for machines. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void onRequestEveryLineIsAJsonObjectAndNoneHoldsAProof() throws Exception {
    try (PackagedBroker broker = PackagedBroker.start(folder, Map.of("MINTMARK_LOG", "json"));
        HttpClient http = HttpClient.newHttpClient()) {
      byte[] body = broker.exchange();
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(broker.endpoint("http").resolve("/v1/exchange"))
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      broker.stop();

      List<String> lines = Files.readAllLines(broker.log());
      assertThat(lines).isNotEmpty();
      for (String line : lines) {
        JsonNode entry = JSON.readTree(line);
        assertThat(entry.path("message").asText()).as(line).isNotEmpty();
        assertThat(entry.path("level").asText()).as(line).isNotEmpty();
        assertThat(entry.path("timestamp").asText()).as(line).isNotEmpty();
      }
      String proof = JSON.readTree(body).path("evidence").path("token").asText();
      String token = JSON.readTree(answer.body()).path("access_token").asText();
      String log = String.join("\n", lines);
      assertThat(proof.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
      assertThat(log).doesNotContain(proof).doesNotContain(token);
      assertThat(log).doesNotContain(token.substring(token.lastIndexOf('.')));
    }
  }
}
