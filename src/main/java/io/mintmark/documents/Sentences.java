package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a schema found, as sentences that say what to do. */
final class Sentences {
  private static final int MAX_LISTED = 12;

  private Sentences() {}

  static Problem problem(ValidationMessage message, SourceMap source) {
    String pointer = message.getInstanceLocation().toString();
    String property = message.getProperty();
    boolean unknown = "additionalProperties".equals(message.getType()) && property != null;
    Position position =
        unknown ? source.atKey(pointer + "/" + escape(property)) : source.at(pointer);
    return new Problem(Problem.Severity.ERROR, position, sentence(message, pointer));
  }

  private static String sentence(ValidationMessage message, String pointer) {
    JsonNode schema = message.getSchemaNode();
    JsonNode value = message.getInstanceNode();
    String field = field(pointer);
    return switch (message.getType()) {
      case "additionalProperties" -> unknown(message, field);
      case "required" -> field + ": \"" + message.getProperty() + "\" is missing";
      case "type" -> field + " must be " + type(schema) + ", not " + described(value);
      case "enum" -> field + ": " + described(value) + " is not one of " + listed(schema, value);
      case "const" -> field + " must be \"" + schema.asText() + "\", not " + described(value);
      case "pattern" -> field + ": " + described(value) + " does not fit: " + expected(message);
      case "uniqueItems" -> field + " names something twice";
      case "minItems" -> field + " must not be empty: an empty list means nobody";
      case "minLength" -> field + " must not be empty";
      case "minProperties" -> field + " must have one of " + members(message);
      case "maxProperties" -> field + " must have only one of " + members(message);
      case "maxItems" -> field + " has more than " + schema.asText() + " entries";
      case "maxLength" -> field + " is longer than " + schema.asText() + " characters";
      case "oneOf" -> field + " must be a string, number, true, false or a list of them";
      default -> field + ": " + Texts.printable(message.getMessage());
    };
  }

  private static String unknown(ValidationMessage message, String field) {
    String property = message.getProperty();
    List<String> known = new ArrayList<>();
    parent(message).path("properties").fieldNames().forEachRemaining(known::add);
    String sentence = field + ": field \"" + Texts.printable(property) + "\" is not known";
    return Texts.nearest(property, known)
        .map(nearest -> sentence + "; did you mean \"" + nearest + "\"?")
        .orElseGet(() -> sentence + "; known are " + String.join(", ", known));
  }

  private static String members(ValidationMessage message) {
    List<String> known = new ArrayList<>();
    parent(message).path("properties").fieldNames().forEachRemaining(known::add);
    return String.join(", ", known);
  }

  private static String expected(ValidationMessage message) {
    String description = parent(message).path("description").asText("");
    return description.isEmpty()
        ? "it must match " + message.getSchemaNode().asText()
        : description.endsWith(".")
            ? description.substring(0, description.length() - 1)
            : description;
  }

  /** The schema object that the failed keyword belongs to. */
  private static JsonNode parent(ValidationMessage message) {
    return Schemas.holder(message.getSchemaLocation());
  }

  private static String listed(JsonNode words, JsonNode value) {
    List<String> known =
        StreamSupport.stream(words.spliterator(), false).map(JsonNode::asText).toList();
    String all = known.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
    String list = known.size() > MAX_LISTED ? all + " …" : all;
    return value.isTextual()
        ? Texts.nearest(value.asText(), known)
            .map(nearest -> list + "; did you mean \"" + nearest + "\"?")
            .orElse(list)
        : list;
  }

  private static String type(JsonNode schema) {
    List<String> words = new ArrayList<>();
    if (schema.isArray()) {
      schema.forEach(word -> words.add(article(word.asText())));
    } else {
      words.add(article(schema.asText()));
    }
    return String.join(" or ", words);
  }

  private static String article(String type) {
    return switch (type) {
      case "array" -> "a list";
      case "object" -> "fields and values";
      case "integer" -> "a whole number";
      case "boolean" -> "true or false";
      case "string" -> "a string";
      default -> "a " + type;
    };
  }

  private static String described(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "fields and values";
      case NULL -> "nothing";
      case BOOLEAN -> value.asText() + " (quote it if it is a name)";
      case NUMBER -> "the number " + value.asText() + " (quote it if it is a name)";
      case STRING -> "\"" + Texts.printable(value.asText()) + "\"";
      case BINARY, POJO, MISSING -> "something else";
    };
  }

  /** {@code /spec/scopes/0} as {@code spec.scopes[0]}. */
  private static String field(String pointer) {
    if (pointer.isEmpty()) {
      return "document";
    }
    StringBuilder path = new StringBuilder();
    for (String step : pointer.substring(1).split("/", -1)) {
      if (!step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9')) {
        path.append('[').append(step).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.replace("~1", "/").replace("~0", "~"));
      }
    }
    return Texts.printable(path.toString());
  }

  private static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
