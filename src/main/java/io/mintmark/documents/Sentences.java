package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a schema found, as sentences that say what to do. */
final class Sentences {
  private static final int MAX_LISTED = 12;

  private Sentences() {}

  static Problem problem(Violation violation, Document.Positions source) {
    String pointer = violation.pointer();
    String unknown =
        violation.keyword().equals("additionalProperties") ? violation.property() : null;
    Position position =
        unknown == null ? source.at(pointer) : source.atKey(pointer + "/" + escape(unknown));
    return new Problem(Problem.Severity.ERROR, position, sentence(violation, pointer));
  }

  private static String sentence(Violation violation, String pointer) {
    JsonNode schema = violation.expected();
    JsonNode value = violation.value();
    String field = field(pointer);
    return switch (violation.keyword()) {
      case "additionalProperties" -> unknown(violation, field);
      case "required" -> field + ": \"" + violation.property() + "\" is missing";
      case "type" -> field + " must be " + type(schema) + ", not " + described(value);
      case "enum" -> field + ": " + described(value) + " is not one of " + listed(schema, value);
      case "const" -> field + " must be \"" + schema.asText() + "\", not " + described(value);
      case "pattern" -> field + ": " + described(value) + " does not fit: " + expected(violation);
      case "uniqueItems" -> field + " names something twice";
      case "minItems" -> field + " must not be empty: an empty list means nobody";
      case "minLength" -> field + " must not be empty";
      case "minProperties" -> field + " must have one of " + members(violation);
      case "maxProperties" -> field + " must have only one of " + members(violation);
      case "maxItems" -> field + " has more than " + schema.asText() + " entries";
      case "maxLength" -> field + " is longer than " + schema.asText() + " characters";
      case "minimum" -> field + " is less than " + schema.asText();
      case "maximum" -> field + " is more than " + schema.asText();
      case "oneOf" -> field + " must be a string, number, true, false or a list of them";
      default -> field + " does not meet " + violation.keyword();
    };
  }

  private static String unknown(Violation violation, String field) {
    String property = String.valueOf(violation.property());
    List<String> known = new ArrayList<>();
    violation.holder().path("properties").fieldNames().forEachRemaining(known::add);
    String sentence = field + ": field \"" + Texts.printable(property) + "\" is not known";
    return Texts.nearest(property, known)
        .map(nearest -> sentence + "; did you mean \"" + nearest + "\"?")
        .orElseGet(() -> sentence + "; known are " + String.join(", ", known));
  }

  private static String members(Violation violation) {
    List<String> known = new ArrayList<>();
    violation.holder().path("properties").fieldNames().forEachRemaining(known::add);
    return String.join(", ", known);
  }

  private static String expected(Violation violation) {
    String description = violation.holder().path("description").asText("");
    return description.isEmpty()
        ? "it must match " + violation.expected().asText()
        : description.endsWith(".")
            ? description.substring(0, description.length() - 1)
            : description;
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
