package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of documents whose schema has been met. */
final class Fields {
  private Fields() {}

  static @Nullable String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    return value == null ? null : value.asText();
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** A number and {@code s}, {@code m}, {@code h} or {@code d}; null where the field is absent. */
  static @Nullable Duration duration(JsonNode object, String field) {
    String text = text(object, field);
    return text == null ? null : duration(text);
  }

  static Duration duration(JsonNode object, String field, Duration otherwise) {
    String text = text(object, field);
    return text == null ? otherwise : duration(text);
  }

  static Duration duration(String text) {
    Duration duration = DurationText.parse(text);
    if (duration == null) {
      throw new IllegalArgumentException("\"" + text + "\" is no duration");
    }
    return duration;
  }

  static Map<String, Object> attributes(JsonNode object) {
    Map<String, Object> attributes = new HashMap<>();
    object
        .properties()
        .forEach(
            entry -> {
              Object value = value(entry.getValue());
              if (value != null) {
                attributes.put(entry.getKey(), value);
              }
            });
    return Map.copyOf(attributes);
  }

  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> attributes(node);
      case ARRAY -> {
        List<Object> items = new ArrayList<>(node.size());
        for (JsonNode item : node) {
          Object value = value(item);
          if (value != null) {
            items.add(value);
          }
        }
        yield List.copyOf(items);
      }
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> {
        if (node.isIntegralNumber()) {
          yield node.longValue();
        }
        yield node.doubleValue();
      }
      case STRING -> node.textValue();
      case NULL, MISSING -> null;
      case BINARY, POJO -> throw new IllegalArgumentException("not a node of YAML");
    };
  }
}
