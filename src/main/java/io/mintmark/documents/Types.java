package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** The types of JSON Schema (draft 2020-12, section 4.2.1). */
final class Types {
  private Types() {}

  /** Whether a value is of the type, or one of the types, that are named. */
  static Schema.Test test(JsonNode named) {
    Set<String> words = new HashSet<>();
    if (named.isArray()) {
      named.forEach(word -> words.add(word.asText()));
    } else {
      words.add(named.asText());
    }
    return value -> words.stream().anyMatch(word -> is(value, word));
  }

  private static boolean is(JsonNode value, String word) {
    return switch (word) {
      case "null" -> value.isNull();
      case "boolean" -> value.isBoolean();
      case "string" -> value.isTextual();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      case "number" -> value.isNumber();
      case "integer" -> value.canConvertToExactIntegral();
      default -> throw new IllegalStateException("there is no type \"" + word + "\"");
    };
  }

  /** Equal as JSON: numbers by their value, whatever they are written like. */
  static boolean same(JsonNode one, JsonNode other) {
    return (one.isNumber() && other.isNumber())
        ? one.decimalValue().compareTo(other.decimalValue()) == 0
        : one.equals(other);
  }
}
