package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.cli.bench.peers.PeerName;
import org.junit.jupiter.api.Test;

class AgainstReportTest {
  @Test
  void whatASystemDoesNotDoAndWhatFailedStandInTheTable() {
    String text = AgainstReport.text(Runs.against());
    assertThat(text.lines()).anyMatch(line -> line.matches("keycloak +does none( +-)+"));
    assertThat(text.lines()).anyMatch(line -> line.matches("openbao .* 0 +- .* 1234k"));
    assertThat(text)
        .contains("failed      openbao, 1,234,567: " + Runs.REASON)
        .containsIgnoringWhitespaces(PeerName.SPIRE.lacks())
        .containsIgnoringWhitespaces(PeerName.KEYCLOAK.lacks());
  }

  @Test
  void aRatioIsOfTheSameOperation() {
    assertThat(AgainstReport.text(Runs.against()).lines())
        .anyMatch(line -> line.startsWith("spire ") && line.contains(" 2.00 "));
  }

  @Test
  void textIsReadIn80Columns() {
    assertThat(AgainstReport.text(Runs.against()).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void aFailureIsNoWork() {
    assertThat(Runs.against().allAnswered()).isFalse();
  }

  @Test
  void jsonHasEachRowAndNoNumberThatIsNone() {
    JsonNode json = AgainstReport.json(Runs.against());
    assertThat(json.path("mintmark")).hasSize(2);
    assertThat(json.at("/mintmark/0/share_of_ceiling").isNumber()).isTrue();
    assertThat(json.path("against")).hasSize(3);
    assertThat(json.at("/against/0/ratio").asDouble()).isEqualTo(2);
    assertThat(json.at("/against/0/rss_mb").asDouble()).isEqualTo(260);
    assertThat(json.at("/against/1").has("ratio")).isFalse();
    assertThat(json.at("/against/1/errors").asLong()).isEqualTo(1_234_567);
    assertThat(json.at("/against/2").has("rate")).isFalse();
    assertThat(json.at("/systems/spire/does_not").asText()).isEqualTo(PeerName.SPIRE.lacks());
  }
}
