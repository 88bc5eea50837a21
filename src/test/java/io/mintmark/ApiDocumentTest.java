package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The document at {@code /openapi}, which {@code src/interop/schema} holds the broker against. */
class ApiDocumentTest {
  private static Map<String, Map<String, Map<String, Map<String, ?>>>> paths() throws IOException {
    try (InputStream in = ApiDocumentTest.class.getResourceAsStream("openapi.yaml")) {
      Map<String, Map<String, Map<String, Map<String, Map<String, ?>>>>> document =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Objects.requireNonNull(in));
      return document.get("paths");
    }
  }

  /** A description with a number sign once ended the line, and the document with it. */
  @Test
  void theDocumentIsYaml() throws IOException {
    assertThat(paths()).containsKeys("/oauth2/token", "/v1/exchange", "/v1/certificates");
  }

  @Test
  void whateverTakesABodySaysHowItIsRefused() throws IOException {
    paths()
        .forEach(
            (path, operations) -> {
              if (operations.containsKey("post")) {
                assertThat(operations.get("post").get("responses").keySet())
                    .as(path)
                    .contains("400", "408", "413", "415", "429", "503");
              }
            });
  }
}
