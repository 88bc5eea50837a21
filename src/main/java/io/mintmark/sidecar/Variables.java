package io.mintmark.sidecar;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The environment of one program from what several deliveries bring along. */
final class Variables {
  private Variables() {}

  /**
   * Two identities of one kind in one environment would be chance, so that they are an error.
   *
   * @param brought by deliveries, by their name
   * @param named in the configuration; these count before the others
   */
  static Map<String, String> merged(
      Map<String, Map<String, String>> brought, Map<String, String> named) throws IOException {
    Map<String, String> merged = new LinkedHashMap<>(named);
    for (Map.Entry<String, Map<String, String>> delivery : brought.entrySet()) {
      for (Map.Entry<String, String> one : delivery.getValue().entrySet()) {
        String other = merged.putIfAbsent(one.getKey(), one.getValue());
        boolean differs = other != null && !other.equals(one.getValue());
        if (differs && !named.containsKey(one.getKey())) {
          throw new IOException(
              "%s and another delivery both set %s, and a program has but one"
                  .formatted(delivery.getKey(), one.getKey()));
        }
      }
    }
    return merged;
  }
}
