package io.mintmark.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What API servers send to webhooks, and what others who reach their port do. */
final class AdmissionReviewTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEAD =
      "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v1\", \"request\": ";

  @Test
  void whatIsTooDeepIsRefusedByNameSinceAnErrorMayLetItPass() throws Exception {
    JsonNode response = refusal("{\"a\":".repeat(1_001) + "1" + "}".repeat(1_001));
    assertThat(response.path("uid").asText()).isEqualTo("u-1");
    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.at("/status/message").asText()).contains("nested more than 60 deep");
  }

  @Test
  void whatHasMorePartsThanBytesIsRefusedBeforeItFillsTheMemory() throws Exception {
    assertThat(refusal("[{}" + ",{}".repeat(60_000) + "]").path("allowed").asBoolean(true))
        .isFalse();
  }

  @Test
  void aNameThatIsTooLongOrThereTwiceIsRefused() throws Exception {
    String name = "x".repeat(5_000);
    assertThat(refusal("{\"" + name + "\": 1}").path("allowed").asBoolean(true)).isFalse();
    assertThat(refusal("{\"a\": 1, \"a\": 2}").path("allowed").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"object\": %s, \"uid\": \"u-1\"}",
        "{\"uid\": \"a b\", \"object\": %s}",
        "{\"uid\": 1, \"object\": %s}",
        "{\"uid\": {\"uid\": \"u-1\"}, \"object\": %s}",
      })
  void whereNoUidCanBeReadThereIsNoAnswer(String request) {
    String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
    assertThat(read(HEAD + request.formatted(deep) + "}"))
        .isInstanceOf(AdmissionReview.Reading.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"request\": {\"uid\": \"u-1\"}, \"kind\": [[",
        "{\"kind\": \"AdmissionReview\", \"apiVersion\": \"admission.k8s.io/v2\", \"request\":"
            + " {\"uid\": \"u-1\", \"object\": [",
        "{\"kind\": [], \"apiVersion\": {}, \"request\": {\"uid\": \"u-1\", \"object\": [",
        "[\"kind\"",
        "\"request\"",
      })
  void anotherApisBrokenBodyIsNotAnswered(String body) {
    assertThat(read(body)).isInstanceOf(AdmissionReview.Reading.Malformed.class);
  }

  /** The parser fills the last bytes of a name up, by bytes, with what stands in no text. */
  @Test
  void aNameThatIsNoUtf8IsNotTakenForAnother() {
    String body = HEAD + "{\"uid\": \"u-1\", \"object\": {\"name&\": 1}}}";
    assertThat(read(body)).isInstanceOf(AdmissionReview.Reading.Question.class);
    byte[] broken = body.replace("name&", "name\u00ff&").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(AdmissionReview.read(broken)).isInstanceOf(AdmissionReview.Reading.Unreadable.class);
  }

  @Test
  void halfACharacterIsNoTrouble() throws Exception {
    AdmissionReview review =
        ((AdmissionReview.Reading.Question) read(HEAD + "{\"uid\": \"u-1\"}}")).review();
    JsonNode response = JSON.readTree(review.refused("\uD83D", List.of())).path("response");
    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.at("/status/message").asText()).isEqualTo("\uD83D");
    assertThat(review.kind()).isEqualTo("/");
    assertThat(review.object().isMissingNode()).isTrue();
  }

  private static JsonNode refusal(String object) throws IOException {
    String request = "{\"uid\": \"u-1\", \"operation\": \"CREATE\", \"object\": " + object + "}";
    return read(HEAD + request + "}") instanceof AdmissionReview.Reading.Unreadable(byte[] refusal)
        ? JSON.readTree(refusal).path("response")
        : JSON.missingNode();
  }

  private static AdmissionReview.Reading read(String body) {
    return AdmissionReview.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
