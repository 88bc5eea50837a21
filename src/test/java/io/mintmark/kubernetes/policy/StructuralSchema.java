package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A published JSON Schema as a structural schema of Kubernetes. What such schemas have no word for
 * becomes a rule in CEL; a keyword that is not known here fails the build rather than be lost.
 */
final class StructuralSchema {
  static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

  /** What has a meaning for the published schema only, or is the broker's to fill in. */
  private static final Set<String> DROPPED = Set.of("$schema", "$id", "$defs", "title", "default");

  private static final Set<String> KEPT =
      Set.of(
          "type",
          "description",
          "pattern",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "maxProperties",
          "required",
          "enum");

  /** Lengths that a pattern implies and CEL's cost needs in numbers. */
  private static final Map<String, Integer> LENGTHS =
      Map.of("^[1-9][0-9]{0,6}[smhd]$", 8, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", 10);

  /** Fields that name files, which are the policy folder's. */
  private static final List<String> FILES = List.of("file", "caFile", "bootstrap", "tokenFile");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode common;

  StructuralSchema(JsonNode common) {
    this.common = common;
  }

  ObjectNode convert(JsonNode published) {
    JsonNode schema = resolved(published);
    if (isOpen(schema)) {
      ObjectNode open = MAPPER.createObjectNode();
      open.put(PRESERVE, true);
      return described(open, schema);
    }
    ObjectNode structural = MAPPER.createObjectNode();
    schema
        .properties()
        .forEach(
            keyword -> {
              if (KEPT.contains(keyword.getKey())) {
                structural.set(keyword.getKey(), keyword.getValue());
              } else if (!DROPPED.contains(keyword.getKey())) {
                translate(keyword.getKey(), keyword.getValue(), schema, structural);
              }
            });
    if (schema.has("enum") && !schema.has("type")) {
      structural.put("type", "string");
    }
    if (schema.has("const")) {
      structural.put("type", "string");
    }
    bound(schema, structural);
    return structural;
  }

  private void translate(String keyword, JsonNode value, JsonNode schema, ObjectNode structural) {
    switch (keyword) {
      case "const" -> structural.putArray("enum").add(value);
      case "uniqueItems" -> structural.put("x-kubernetes-list-type", "set");
      case "items" -> structural.set("items", convert(value));
      case "properties" -> {
        ObjectNode properties = structural.putObject("properties");
        value
            .properties()
            .forEach(entry -> properties.set(entry.getKey(), convert(entry.getValue())));
        files(value, structural);
      }
      case "minProperties" -> number(value.asInt(), schema, structural);
      case "additionalProperties" -> {
        if (value.isObject()) {
          structural.set("additionalProperties", convert(value));
        } else if (!value.asBoolean(true)) {
          // API servers prune before they ask a webhook, and only some clients ask them for strict
          // fields: a grant's "wen" would be gone, and the grant without its condition be in force;
          // kept, it is the broker's to refuse by name
          structural.put(PRESERVE, true);
        }
      }
      default -> throw new IllegalStateException("no structural schema says \"" + keyword + "\"");
    }
  }

  /** {@code minProperties: 1} of a closed object, alone or with {@code maxProperties: 1}. */
  private static void number(int least, JsonNode schema, ObjectNode structural) {
    List<String> names = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    if (least != 1 || names.isEmpty()) {
      throw new IllegalStateException("minProperties is translated for closed objects only");
    }
    boolean one = schema.path("maxProperties").asInt() == 1;
    List<String> present = names.stream().map(name -> "has(self." + name + ")").toList();
    rule(
        structural,
        one
            ? "[" + String.join(", ", present) + "].filter(given, given).size() == 1"
            : String.join(" || ", present),
        "must have " + (one ? "exactly one" : "one or more") + " of " + String.join(", ", names));
  }

  private static void files(JsonNode properties, ObjectNode structural) {
    for (String name : FILES) {
      if (properties.has(name)) {
        rule(
            structural,
            "!has(self." + name + ")",
            "a custom resource names no files: a document with \""
                + name
                + "\" belongs into the policy folder");
      }
    }
  }

  static void rule(ObjectNode structural, String rule, String message) {
    structural
        .withArray("x-kubernetes-validations")
        .addObject()
        .put("rule", rule)
        .put("message", message);
  }

  /** Everything has a greatest size: the API server multiplies them for the cost of its rules. */
  private static void bound(JsonNode schema, ObjectNode structural) {
    String type = structural.path("type").asText();
    if (type.equals("string") && !structural.has("enum") && !structural.has("maxLength")) {
      Integer length = LENGTHS.get(schema.path("pattern").asText());
      if (length == null) {
        throw new IllegalStateException("a text has no maxLength: " + schema);
      }
      structural.put("maxLength", length);
    }
    if (type.equals("array") && !structural.has("maxItems")) {
      int words = structural.path("items").path("enum").size();
      if (words == 0) {
        throw new IllegalStateException("a list has no maxItems: " + schema);
      }
      structural.put("maxItems", words);
    }
  }

  /** Values of several types, which the broker checks. */
  private static boolean isOpen(JsonNode schema) {
    return schema.path("type").isArray() || schema.has("oneOf");
  }

  private static ObjectNode described(ObjectNode structural, JsonNode schema) {
    if (schema.has("description")) {
      structural.set("description", schema.get("description"));
    }
    return structural;
  }

  /** The schema with its reference in line; what stands beside the reference wins. */
  private JsonNode resolved(JsonNode schema) {
    JsonNode reference = schema.get("$ref");
    if (reference == null) {
      return schema;
    }
    String pointer = reference.asText().replaceFirst("^common\\.json", "");
    JsonNode target =
        pointer.startsWith("#/") ? common.at(pointer.substring(1)) : MissingNode.getInstance();
    if (target.isMissingNode()) {
      throw new IllegalStateException("\"" + reference.asText() + "\" leads nowhere");
    }
    ObjectNode whole = resolved(target).deepCopy();
    schema
        .properties()
        .forEach(
            keyword -> {
              if (!keyword.getKey().equals("$ref")) {
                whole.set(keyword.getKey(), keyword.getValue());
              }
            });
    return whole;
  }

  static ArrayNode texts(List<String> values) {
    ArrayNode list = MAPPER.createArrayNode();
    values.forEach(list::add);
    return list;
  }
}
