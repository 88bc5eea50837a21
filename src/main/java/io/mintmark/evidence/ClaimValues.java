package io.mintmark.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Claims as attributes: strings, booleans, whole numbers, lists and maps. What is none of these is
 * left out, and a missing attribute never reads as empty in policy.
 */
public final class ClaimValues {
  /** The registered claims (RFC 7519 section 4.1), which are no attributes. */
  public static final Set<String> REGISTERED =
      Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");

  private ClaimValues() {}

  /** The claims with these names. */
  public static Map<String, Object> named(JsonNode claims, Collection<String> names) {
    Map<String, Object> values = new HashMap<>();
    for (String name : names) {
      put(values, name, claims.path(name));
    }
    return values;
  }

  /** All claims but the registered ones. */
  public static Map<String, Object> unregistered(JsonNode claims) {
    Map<String, Object> values = new HashMap<>();
    claims
        .properties()
        .forEach(
            claim -> {
              if (!REGISTERED.contains(claim.getKey())) {
                put(values, claim.getKey(), claim.getValue());
              }
            });
    return values;
  }

  /** A string, boolean or whole number as text; null for anything else. */
  public static @Nullable String text(JsonNode value) {
    return value.isTextual() || value.isBoolean() || value.isIntegralNumber()
        ? value.asText()
        : null;
  }

  private static void put(Map<String, Object> values, String name, JsonNode node) {
    Object value = of(node);
    if (value != null) {
      values.put(name, value);
    }
  }

  private static @Nullable Object of(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.isIntegralNumber() && node.canConvertToLong() ? (Long) node.longValue() : null;
      case ARRAY -> list(node);
      case OBJECT -> map(node);
      case NULL, MISSING, BINARY, POJO -> null;
    };
  }

  /** A list that lost a member would be another list, so it is left out as a whole. */
  private static @Nullable List<Object> list(JsonNode array) {
    List<Object> values = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      Object value = of(element);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return List.copyOf(values);
  }

  private static Map<String, Object> map(JsonNode object) {
    Map<String, Object> values = new HashMap<>();
    object.properties().forEach(member -> put(values, member.getKey(), member.getValue()));
    return Map.copyOf(values);
  }
}
