package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FieldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the attributes of evidence are, so that a test of a policy tells what a decision would. */
  @Test
  void attributesKeepTheirKindsAndNullIsNone() throws Exception {
    JsonNode attributes =
        JSON.readTree(
            """
            {"text": "a", "yes": true, "no": false, "whole": 3, "part": 0.5, "none": null,
             "list": ["a", null, 1, [2, null], {"x": null, "y": 1}], "map": {"deep": {"n": 1.5}}}
            """);
    assertThat(Fields.attributes(attributes))
        .isEqualTo(
            Map.of(
                "text",
                "a",
                "yes",
                true,
                "no",
                false,
                "whole",
                3L,
                "part",
                0.5,
                "list",
                List.of("a", 1L, List.of(2L), Map.of("y", 1L)),
                "map",
                Map.of("deep", Map.of("n", 1.5))));
  }

  @Test
  void whatIsNoDurationIsNeverNone() {
    assertThat(Fields.duration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThatThrownBy(() -> Fields.duration("90"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"90\" is no duration");
  }
}
