package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 200;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aValidatorByOthersFindsTheSameInDamagedDocuments(Kind kind) throws Exception {
    JsonSchema others = others(kind);
    Random random = new Random(kind.ordinal());
    JsonNode schema = JSON.readTree(Schemas.of(kind));
    for (int i = 0; i < ROUNDS; i++) {
      JsonNode document = new Made(schema, random).value(schema, 0);
      assertThat(mine(kind, document)).as("%s", document).isEqualTo(theirs(others, document));
    }
  }

  @Test
  void madeDocumentsAreNotAllWrong() throws Exception {
    JsonNode schema = JSON.readTree(Schemas.of(Kind.RESOURCE));
    Random random = new Random(1);
    int found = 0;
    for (int i = 0; i < ROUNDS; i++) {
      found += Schemas.validate(Kind.RESOURCE, new Made(schema, random).value(schema, 0)).size();
    }
    assertThat(found).isBetween(ROUNDS / 2, ROUNDS * 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"format\": \"uri\"}",
        "{\"unevaluatedProperties\": false}",
        "{\"then\": {}}",
        "{\"properties\": {\"a\": {\"contains\": {}}}}",
        "{\"$ref\": \"other.json\"}",
        "{\"type\": \"strnig\"}",
        "{\"items\": false}"
      })
  void aSchemaThatIsNotUnderstoodWholeIsNotTaken(String schema) {
    SchemaCompiler compiler =
        new SchemaCompiler(file -> file.equals("x.json") ? tree(schema) : tree("[]"));
    assertThatThrownBy(() -> compiler.at("x.json").allows(tree("\"\""), ""))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSchemaMayReferToItself() {
    SchemaCompiler compiler =
        new SchemaCompiler(
            file -> tree("{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#\"}}"));
    assertThat(compiler.at("x.json").allows(tree("{\"a\": {\"b\": {}}}"), "")).isTrue();
    assertThat(compiler.at("x.json").allows(tree("{\"a\": {\"b\": 1}}"), "")).isFalse();
  }

  private static List<String> mine(Kind kind, JsonNode document) {
    return Schemas.validate(kind, document).stream()
        .map(
            found ->
                found.keyword()
                    + " "
                    + found.pointer()
                    + " "
                    + found.property()
                    + " "
                    + found.expected())
        .distinct()
        .toList();
  }

  private static List<String> theirs(JsonSchema schema, JsonNode document) {
    List<String> found = new ArrayList<>();
    for (ValidationMessage message : schema.validate(document)) {
      found.add(
          message.getType()
              + " "
              + message.getInstanceLocation()
              + " "
              + message.getProperty()
              + " "
              + message.getSchemaNode());
    }
    return found;
  }

  private static JsonSchema others(Kind kind) {
    JsonSchemaFactory factory =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(SchemaTest::published)));
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .regularExpressionFactory(
                regex -> value -> Pattern.compile(regex).matcher(value).matches())
            .build();
    return factory.getSchema(
        com.networknt.schema.SchemaLocation.of(Schemas.BASE + kind.schema()), config);
  }

  private static String published(String address) {
    try (var in =
        Schemas.class.getResourceAsStream("schema/" + address.replace(Schemas.BASE, ""))) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Makes documents that follow a schema, but for a mistake now and then. */
  private record Made(JsonNode root, Random random) {
    private static final int DEPTH = 9;

    JsonNode value(JsonNode schema, int depth) {
      if (random.nextInt(40) == 0) {
        return wrong();
      }
      if (schema.has("$ref")) {
        return value(referred(schema.path("$ref").asText()), depth);
      }
      if (schema.has("const")) {
        return schema.path("const");
      }
      if (schema.has("enum")) {
        return schema.path("enum").path(random.nextInt(schema.path("enum").size()));
      }
      if (schema.has("oneOf")) {
        return value(schema.path("oneOf").path(random.nextInt(schema.path("oneOf").size())), depth);
      }
      String type =
          schema.path("type").isArray()
              ? schema.path("type").path(0).asText()
              : schema.path("type").asText(schema.has("properties") ? "object" : "string");
      return switch (type) {
        case "object" -> object(schema, depth);
        case "array" -> array(schema, depth);
        case "integer", "number" -> tree(Integer.toString(random.nextInt(-1, 100_000)));
        case "boolean" -> tree(Boolean.toString(random.nextBoolean()));
        default -> text();
      };
    }

    private JsonNode object(JsonNode schema, int depth) {
      ObjectNode made = JSON.createObjectNode();
      int few = schema.has("maxProperties") ? 1 + random.nextInt(8) / 7 : Integer.MAX_VALUE;
      List<String> names = new ArrayList<>();
      schema.path("properties").fieldNames().forEachRemaining(names::add);
      if (few < Integer.MAX_VALUE) {
        java.util.Collections.shuffle(names, random);
      }
      for (String name : names) {
        if (made.size() < few && depth < DEPTH && random.nextInt(8) > 0) {
          made.set(name, value(schema.path("properties").path(name), depth + 1));
        }
      }
      JsonNode others = schema.path("additionalProperties");
      if (others.isObject() && depth < DEPTH) {
        made.set("other", value(others, depth + 1));
      }
      if (random.nextInt(12) == 0) {
        made.set("unknwon~/", text());
      }
      return made;
    }

    private JsonNode array(JsonNode schema, int depth) {
      ArrayNode made = JSON.createArrayNode();
      int size = depth < DEPTH ? random.nextInt(4) : 0;
      for (int i = 0; i < size; i++) {
        made.add(value(schema.path("items"), depth + 1));
      }
      if (size > 0 && random.nextInt(6) == 0) {
        made.add(made.path(0));
      }
      return made;
    }

    private JsonNode text() {
      List<String> texts =
          List.of(
              "a",
              "ledger",
              "5m",
              "https://ledger.example.org",
              "spiffe://prod.example.org/ns/x",
              "read",
              "/v1",
              "",
              "x\n",
              "0600",
              "\uD83D\uDE00".repeat(40),
              "long ".repeat(600));
      return tree(quoted(texts.get(random.nextInt(texts.size()))));
    }

    private JsonNode wrong() {
      List<String> values =
          List.of("null", "7", "7.5", "7.0", "true", "[]", "{}", "[1, 1.0]", "\"\"", "[\"a\"]");
      return tree(values.get(random.nextInt(values.size())));
    }

    private static String quoted(String text) {
      try {
        return JSON.writeValueAsString(text);
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new IllegalArgumentException(e);
      }
    }

    /** In the bundled schema all parts lie in {@code $defs}. */
    private JsonNode referred(String address) {
      int hash = address.indexOf('#');
      String file = hash < 0 ? address : address.substring(0, hash);
      JsonNode from =
          file.isEmpty() ? root : root.path("$defs").path(file.substring(0, file.length() - 5));
      JsonNode found = from.at(hash < 0 ? "" : address.substring(hash + 1));
      return found.isMissingNode() ? somewhere(address.substring(hash + 1)) : found;
    }

    /** A part's own reference within itself. */
    private JsonNode somewhere(String pointer) {
      for (JsonNode part : root.path("$defs")) {
        if (!part.at(pointer).isMissingNode()) {
          return part.at(pointer);
        }
      }
      return root;
    }
  }
}
