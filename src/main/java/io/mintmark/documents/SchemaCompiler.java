package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Turns schemas into rules. What is not known here stops the program rather than be passed over.
 */
final class SchemaCompiler {
  private final Schema.Library library;
  private final Map<String, JsonNode> files = new HashMap<>();
  private final Map<String, Schema> compiled = new HashMap<>();

  SchemaCompiler(Schema.Library library) {
    this.library = library;
  }

  /** The schema at a file's name and a JSON pointer within it, such as {@code x.json#/$defs/y}. */
  Schema at(String address) {
    Schema known = compiled.get(address);
    if (known != null) {
      return known;
    }
    int hash = address.indexOf('#');
    String file = hash < 0 ? address : address.substring(0, hash);
    JsonNode root = files.computeIfAbsent(file, library::find);
    JsonNode node = root.at(hash < 0 ? "" : address.substring(hash + 1));
    if (!node.isObject()) {
      throw new IllegalStateException("there is no schema " + address);
    }
    Schema schema = new Schema();
    // before its parts, which may refer to it
    compiled.put(address, schema);
    fill(schema, node, file);
    return schema;
  }

  private Schema of(JsonNode node, String file) {
    Schema schema = new Schema();
    if (node.isBoolean()) {
      if (!node.asBoolean()) {
        throw new IllegalStateException(file + ": false is a schema only of other properties");
      }
      return schema;
    }
    fill(schema, node, file);
    return schema;
  }

  private void fill(Schema schema, JsonNode node, String file) {
    List<String> keywords = new ArrayList<>();
    node.fieldNames().forEachRemaining(keywords::add);
    // parts before the whole: a problem of a member is told before those of the object
    keywords.sort(Comparator.comparing(keyword -> !keyword.equals("properties")));
    for (String keyword : keywords) {
      rule(schema, keyword, node, file);
    }
  }

  private void rule(Schema schema, String keyword, JsonNode node, String file) {
    JsonNode value = node.path(keyword);
    switch (keyword) {
      case "$schema",
          "$id",
          "$defs",
          "$comment",
          "title",
          "description",
          "default",
          "examples" -> {}
      case "$ref" -> schema.add(reference(value.asText(), file));
      case "properties" -> schema.add(properties(value, file));
      case "additionalProperties" -> schema.add(others(node, file));
      case "required" -> schema.add(required(node));
      case "items" -> schema.add(items(of(value, file)));
      case "oneOf" -> schema.add(oneOf(node, file));
      case "if" -> schema.add(condition(node, file));
      case "then", "else" -> {
        if (!node.has("if")) {
          throw new IllegalStateException(file + ": " + keyword + " without if");
        }
      }
      default -> schema.add(Schema.test(keyword, node, test(keyword, value, file)));
    }
  }

  private static Schema.Test test(String keyword, JsonNode expected, String file) {
    return switch (keyword) {
      case "type" -> Types.test(expected);
      case "const" -> value -> Types.same(value, expected);
      case "enum" -> value -> stream(expected).anyMatch(one -> Types.same(value, one));
      case "pattern" -> pattern(expected.asText());
      case "minLength" -> value -> !value.isTextual() || length(value) >= expected.asInt();
      case "maxLength" -> value -> !value.isTextual() || length(value) <= expected.asInt();
      case "minimum" -> value -> !value.isNumber() || value.asDouble() >= expected.asDouble();
      case "maximum" -> value -> !value.isNumber() || value.asDouble() <= expected.asDouble();
      case "minItems" -> value -> !value.isArray() || value.size() >= expected.asInt();
      case "maxItems" -> value -> !value.isArray() || value.size() <= expected.asInt();
      case "uniqueItems" -> value -> !value.isArray() || !expected.asBoolean() || unique(value);
      case "minProperties" -> value -> !value.isObject() || value.size() >= expected.asInt();
      case "maxProperties" -> value -> !value.isObject() || value.size() <= expected.asInt();
      default ->
          throw new IllegalStateException(file + ": keyword \"" + keyword + "\" is not known here");
    };
  }

  /**
   * Every pattern of the schemas is written from {@code ^} to {@code $}. In Java's {@code find()} a
   * {@code $} would also match before a final line break, which JSON Schema's does not.
   */
  private static Schema.Test pattern(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return value -> !value.isTextual() || pattern.matcher(value.asText()).matches();
  }

  private static int length(JsonNode text) {
    String value = text.asText();
    return value.codePointCount(0, value.length());
  }

  private static boolean unique(JsonNode list) {
    Set<JsonNode> seen = new HashSet<>();
    for (JsonNode one : list) {
      if (!seen.add(one)) {
        return false;
      }
    }
    return true;
  }

  private Schema.Rule reference(String to, String file) {
    Schema target = at(to.startsWith("#") ? file + to : to);
    return target::check;
  }

  private Schema.Rule properties(JsonNode members, String file) {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    members.properties().forEach(each -> schemas.put(each.getKey(), of(each.getValue(), file)));
    return (value, pointer, found) ->
        schemas.forEach(
            (name, schema) -> {
              JsonNode member = value.get(name);
              if (member != null) {
                schema.check(member, Schema.member(pointer, name), found);
              }
            });
  }

  private Schema.Rule others(JsonNode holder, String file) {
    JsonNode allowed = holder.path("additionalProperties");
    JsonNode known = holder.path("properties");
    Schema schema = allowed.isBoolean() ? null : of(allowed, file);
    boolean any = allowed.isBoolean() && allowed.asBoolean();
    return (value, pointer, found) -> {
      if (any) {
        return;
      }
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        String name = each.getKey();
        if (known.has(name)) {
          continue;
        }
        if (schema == null) {
          found.add(new Violation("additionalProperties", pointer, value, holder, name));
        } else {
          schema.check(each.getValue(), Schema.member(pointer, name), found);
        }
      }
    };
  }

  private static Schema.Rule required(JsonNode holder) {
    List<String> names = stream(holder.path("required")).map(JsonNode::asText).toList();
    return (value, pointer, found) -> {
      for (String name : names) {
        if (value.isObject() && !value.has(name)) {
          found.add(new Violation("required", pointer, value, holder, name));
        }
      }
    };
  }

  private static Schema.Rule items(Schema each) {
    return (value, pointer, found) -> {
      for (int i = 0; value.isArray() && i < value.size(); i++) {
        each.check(value.path(i), pointer + "/" + i, found);
      }
    };
  }

  private Schema.Rule oneOf(JsonNode holder, String file) {
    List<Schema> choices = stream(holder.path("oneOf")).map(one -> of(one, file)).toList();
    return (value, pointer, found) -> {
      List<Violation> inside = new ArrayList<>();
      int met = 0;
      for (Schema choice : choices) {
        List<Violation> of = new ArrayList<>();
        choice.check(value, pointer, of);
        met += of.isEmpty() ? 1 : 0;
        inside.addAll(of);
      }
      if (met != 1) {
        found.add(new Violation("oneOf", pointer, value, holder, null));
        if (met == 0) {
          found.addAll(inside);
        }
      }
    };
  }

  private Schema.Rule condition(JsonNode holder, String file) {
    Schema condition = of(holder.path("if"), file);
    Schema then = holder.has("then") ? of(holder.path("then"), file) : new Schema();
    Schema otherwise = holder.has("else") ? of(holder.path("else"), file) : new Schema();
    return (value, pointer, found) ->
        (condition.allows(value, pointer) ? then : otherwise).check(value, pointer, found);
  }

  private static java.util.stream.Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
