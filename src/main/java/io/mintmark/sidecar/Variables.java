package io.mintmark.sidecar;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.exec.ProgramEnvironment;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment of one program from what several deliveries bring along. */
final class Variables {
  private Variables() {}

  /**
   * Of deliveries that run; null where something of it is not held. What the configuration names
   * itself counts before what a delivery brings along.
   *
   * @throws IOException where two deliveries would have a variable say two things
   */
  static @Nullable Map<String, String> of(Map<DeliveryPlan, Delivery> running) throws IOException {
    Map<String, Map<String, String>> brought = new LinkedHashMap<>();
    Map<String, String> named = new LinkedHashMap<>();
    for (Delivery delivery : running.values()) {
      if (delivery instanceof ProgramEnvironment environment) {
        Map<String, String> held = environment.variables();
        if (held == null) {
          return null;
        }
        named.putAll(held);
      }
    }
    for (Map.Entry<DeliveryPlan, Delivery> one : running.entrySet()) {
      brought.put(one.getKey().name(), one.getValue().environment());
    }
    return merged(brought, named);
  }

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
