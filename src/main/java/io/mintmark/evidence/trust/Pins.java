package io.mintmark.evidence.trust;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.evidence.ClaimValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims that a token must have, from {@code require}. A name is an attribute's, else a
 * claim's, else (beginning with a slash) a JSON pointer into the claims (RFC 6901). Values compare
 * by their exact text: there are no wildcards and no regular expressions, and a list in the token
 * never meets a pin. An empty list of allowed values lets nobody pass.
 */
final class Pins {
  private final List<Pin> pins;

  private Pins(List<Pin> pins) {
    this.pins = List.copyOf(pins);
  }

  private record Pin(String name, Set<String> allowed) {}

  /** Compiles the {@code require} object of a document that meets its schema. */
  static Pins of(JsonNode require) {
    Map<String, Set<String>> byName = new LinkedHashMap<>();
    require
        .properties()
        .forEach(
            entry -> {
              Set<String> allowed = new HashSet<>();
              JsonNode value = entry.getValue();
              for (JsonNode one : value.isArray() ? value : List.of(value)) {
                String text = ClaimValues.text(one);
                if (text != null) {
                  allowed.add(text);
                }
              }
              byName.put(entry.getKey(), Set.copyOf(allowed));
            });
    List<Pin> pins = new ArrayList<>();
    byName.forEach((name, allowed) -> pins.add(new Pin(name, allowed)));
    return new Pins(pins);
  }

  Set<String> names() {
    Set<String> names = new HashSet<>();
    pins.forEach(pin -> names.add(pin.name));
    return Set.copyOf(names);
  }

  /** The first pin that the token does not meet, in a sentence; empty where it meets all. */
  Optional<String> firstUnmet(JsonNode claims, Map<String, Object> attributes) {
    for (Pin pin : pins) {
      String actual = lookUp(pin.name, claims, attributes);
      if (actual == null) {
        return Optional.of("the token has no single value \"" + pin.name + "\"");
      }
      if (!pin.allowed.contains(actual)) {
        return Optional.of(
            "\"" + pin.name + "\" is " + Outside.quoted(actual) + ", which is not allowed");
      }
    }
    return Optional.empty();
  }

  private static @Nullable String lookUp(
      String name, JsonNode claims, Map<String, Object> attributes) {
    Object attribute = attributes.get(name);
    if (attribute instanceof String || attribute instanceof Boolean || attribute instanceof Long) {
      return attribute.toString();
    }
    if (name.startsWith("/")) {
      return ClaimValues.text(claims.at(name));
    }
    return ClaimValues.text(claims.path(name));
  }
}
