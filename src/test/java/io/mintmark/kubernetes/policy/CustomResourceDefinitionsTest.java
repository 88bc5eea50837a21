package io.mintmark.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** A grant whose "when" is misspelt and pruned would be one without a condition. */
  @Test
  void noFieldOfASpecIsPrunedBeforeTheBrokerSeesIt() throws Exception {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    for (String definition : CustomResourceDefinitions.all().values()) {
      JsonNode version = yaml.readTree(definition).at("/spec/versions/0");
      JsonNode spec = version.at("/schema/openAPIV3Schema/properties/spec");
      assertThat(closed(spec)).isNotEmpty();
      assertThat(closed(spec))
          .allMatch(object -> object.path(StructuralSchema.PRESERVE).asBoolean());
    }
  }

  /** The objects in a schema that have fields of known names. */
  private static List<JsonNode> closed(JsonNode schema) {
    List<JsonNode> all =
        schema.findParents("properties").stream()
            .filter(one -> one.path("type").asText().equals("object"))
            .toList();
    List<JsonNode> found = new ArrayList<>(all);
    // findParents does not look into what it has found
    all.forEach(one -> one.path("properties").forEach(member -> found.addAll(closed(member))));
    return found;
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
