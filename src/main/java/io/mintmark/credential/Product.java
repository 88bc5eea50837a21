package io.mintmark.credential;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/**
 * Comparison of what was struck with what was granted: a difference is a bug, and nothing leaves.
 */
final class Product {
  private Product() {}

  static void check(String part, boolean holds) {
    if (!holds) {
      throw new IllegalStateException(
          "the credential struck differs from its grant in \"" + part + "\"");
    }
  }

  static void text(JsonNode claims, String name, String wanted) {
    check(name, wanted.equals(claims.path(name).textValue()));
  }

  static void seconds(JsonNode claims, String name, long wanted) {
    JsonNode value = claims.path(name);
    check(name, value.isIntegralNumber() && value.asLong() == wanted);
  }

  /** That there is each of these and no other. */
  static void names(JsonNode object, Set<String> wanted) {
    int found = 0;
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); found++) {
      check("claims", wanted.contains(names.next()));
    }
    check("claims", found == wanted.size());
  }
}
