package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextsTest {
  @Test
  void nothingIsShownThatATerminalWouldObey() {
    assertThat(Texts.shown("a\u001b[2Jb\nc\rd\u0007\u009b\u007f", 20)).isEqualTo("a [2Jb c d   ");
    assertThat(Texts.shown("a\u202eb\u200bc\u2066\ufeff", 20)).isEqualTo("a b c  ");
    assertThat(Texts.shown("a\udb40\udc41b\u2028c\u2029\ud800", 20)).isEqualTo("a b c  ");
    assertThat(Texts.shown("Größe „1“ ✓", 20)).isEqualTo("Größe „1“ ✓");
  }

  @Test
  void whatIsLongIsCutAndSaysSo() {
    assertThat(Texts.shown("abc", 3)).isEqualTo("abc");
    assertThat(Texts.shown("abcd", 3)).isEqualTo("abc…");
    assertThat(Texts.shown("ab\ud83d\ude80", 3)).isEqualTo("ab…");
    assertThat(Texts.shown("ab\ud83d\ude80", 4)).isEqualTo("ab\ud83d\ude80");
    assertThat(Texts.shown("", 3)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1s",
    "59, 59s",
    "60, 1m",
    "90, 90s",
    "3540, 59m",
    "3600, 1h",
    "5400, 90m",
    "5401, 5401s",
    "7200, 2h",
    "86400, 1d",
    "90000, 25h",
    "172800, 2d",
    "-60, -60s",
  })
  void aDurationIsAsDocumentsHaveIt(long seconds, String text) {
    assertThat(Texts.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
  }
}
