package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "5",
        "-5s",
        "+5s",
        "5 s",
        " 5s",
        "5s ",
        "5S",
        "5ms",
        "1.5h",
        "٣s",
        "9999999999d",
        "5w",
        "PT5S",
        "0x5s"
      })
  void whatIsNoDurationIsNone(String text) {
    assertThat(DurationText.parse(text)).isNull();
  }

  @Test
  void aNumberAndAUnitAreOne() {
    assertThat(DurationText.parse("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(DurationText.parse("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(DurationText.parse("1h")).isEqualTo(Duration.ofHours(1));
    assertThat(DurationText.parse("7d")).isEqualTo(Duration.ofDays(7));
    assertThat(DurationText.parse("999999999d")).isEqualTo(Duration.ofDays(999_999_999));
  }
}
