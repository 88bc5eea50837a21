package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compared with a secret takes as long whether the first byte differs or the last. */
class SecretComparisonTest {
  private static final Path MAIN = Path.of("src/main/java/io/mintmark");
  private static final String NAMES =
      "(?:\\w*[sS]ecret|\\w*[pP]assword|\\w*[pP]assphrase|\\w*[bB]earer|hmac|mac|thumbprint)";

  /** By any comparison that ends at the first difference. */
  private static final Pattern EARLY =
      Pattern.compile(
          "\\b"
              + NAMES
              + "(?:\\(\\))?\\.(?:equals|contentEquals|compareTo|startsWith|matches)\\("
              + "|\\.(?:equals|contentEquals|compareTo)\\(\\s*"
              + NAMES
              + "\\b|(?:Arrays|Objects)\\s*\\.equals\\(\\s*"
              + NAMES
              + "\\b");

  @Test
  void noSecretIsComparedByWhatEndsAtTheFirstDifference() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : (Iterable<Path>) files.filter(SecretComparisonTest::isJava)::iterator) {
        var comparison = EARLY.matcher(Files.readString(file));
        while (comparison.find()) {
          found.add(file + ": " + comparison.group());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** Whoever shows one of these is compared with something that they must not guess. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "api/admin/OperatorTokens.java",
        "sidecar/cloud/Gatekeeper.java",
        "sidecar/proxy/Screen.java"
      })
  void whatACallerShowsIsComparedInConstantTime(String file) throws IOException {
    assertThat(MAIN.resolve(file)).content().contains("MessageDigest.isEqual(");
  }

  private static boolean isJava(Path file) {
    return file.toString().endsWith(".java");
  }
}
