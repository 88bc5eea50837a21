package io.mintmark.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CustomResourceDefinitionsTest {
  private static final Path CRDS = Path.of("helm", "mintmark", "crds");

  @Test
  void theChartsDefinitionsAreThoseOfTheSchemas() throws Exception {
    var definitions = CustomResourceDefinitions.all();
    if (Boolean.getBoolean("mintmark.docs.write")) {
      Files.createDirectories(CRDS);
      for (var definition : definitions.entrySet()) {
        Files.writeString(CRDS.resolve(definition.getKey()), definition.getValue());
      }
    }
    for (var definition : definitions.entrySet()) {
      assertThat(Files.readString(CRDS.resolve(definition.getKey())))
          .isEqualTo(definition.getValue());
    }
    try (var files = Files.list(CRDS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(definitions.keySet());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"string\"}",
        "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"maxLength\": 1}}",
        "{\"type\": \"string\", \"maxLength\": 1, \"format\": \"ipv4\"}",
        "{\"type\": \"object\", \"dependentRequired\": {\"a\": [\"b\"]}}",
        "{\"type\": \"object\", \"minProperties\": 2, \"properties\": {}}",
        "{\"$ref\": \"common.json#/$defs/nothing\"}",
        "{\"$ref\": \"http://example.org/schema\"}",
      })
  void aKeywordThatWouldBeLostFailsTheBuild(String schema) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    StructuralSchema structural = new StructuralSchema(mapper.createObjectNode());
    assertThatThrownBy(() -> structural.convert(mapper.readTree(schema)))
        .isInstanceOf(IllegalStateException.class);
  }
}
