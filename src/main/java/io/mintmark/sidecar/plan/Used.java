package io.mintmark.sidecar.plan;

import io.mintmark.documents.Position;
import io.mintmark.sidecar.held.Wanted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The credentials that deliveries use, each under the name that operators know it by: its own, or
 * the delivery's where it stands there; and the files that the document relies on.
 */
final class Used {
  private final Map<String, Wanted> byName = new LinkedHashMap<>();

  private final Map<Path, Position> relied = new LinkedHashMap<>();

  void rely(Path file, Position named) {
    relied.putIfAbsent(file, named);
  }

  /** Each with where the document names it first. */
  Map<Path, Position> relied() {
    return Map.copyOf(relied);
  }

  Wanted add(String name, Wanted wanted) {
    if (!byName.containsValue(wanted)) {
      String free = name;
      for (int i = 2; byName.containsKey(free); i++) {
        free = name + " (" + i + ")";
      }
      byName.put(free, wanted);
    }
    return wanted;
  }

  Map<String, Wanted> byName() {
    return Map.copyOf(byName);
  }
}
