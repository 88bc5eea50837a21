package io.mintmark.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the inventory says of a workload. */
record InventoryEntry(
    String owner,
    @Nullable String environment,
    @Nullable String classification,
    Map<String, Object> attributes) {
  InventoryEntry {
    attributes = Map.copyOf(attributes);
  }
}
