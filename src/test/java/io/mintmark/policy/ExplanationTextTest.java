package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Reason;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines of 80 columns, whatever a rule says. */
final class ExplanationTextTest {
  private static final String EIGHTY = "x".repeat(40) + " " + "y".repeat(37);

  @ParameterizedTest
  @MethodSource
  void linesBreakAtSpaces(String detail, String lines) {
    assertThat(
            new Explanation(
                    "0".repeat(64),
                    Given.ORDERS,
                    "oidc",
                    "ci",
                    "x509-svid",
                    List.of(),
                    List.of(),
                    Given.NOW,
                    false,
                    Reason.NO_GRANT,
                    detail,
                    null,
                    null,
                    List.of(),
                    List.of(),
                    0)
                .text())
        .startsWith("denied: no-grant\n" + lines + "\n\n  workload  ");
  }

  static List<Arguments> linesBreakAtSpaces() {
    String word = "w".repeat(90);
    return List.of(
        Arguments.of("short", "  short"),
        Arguments.of(EIGHTY, "  " + EIGHTY),
        Arguments.of(EIGHTY + "z", "  " + "x".repeat(40) + "\n      " + "y".repeat(37) + "z"),
        Arguments.of(EIGHTY + " z", "  " + EIGHTY + "\n      z"),
        Arguments.of(word, "  " + word),
        Arguments.of(word + " a " + word, "  " + word + "\n      a\n      " + word),
        Arguments.of("a " + word + " b", "  a\n      " + word + "\n      b"),
        Arguments.of(
            EIGHTY + "   " + word + " b", "  " + EIGHTY + "\n        " + word + "\n      b"));
  }
}
