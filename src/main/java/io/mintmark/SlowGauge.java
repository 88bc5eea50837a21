package io.mintmark;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/**
 * A gauge with a number for each of some labels. Micrometer's own takes a row away before it sets
 * it anew, so that whoever scrapes in between misses it.
 */
final class SlowGauge {
  private final MultiGauge gauge;
  private final Map<Tags, Cell> cells = new HashMap<>();

  private static final class Cell {
    private volatile double value;
  }

  SlowGauge(MultiGauge.Builder gauge, MeterRegistry registry) {
    this.gauge = gauge.register(registry);
  }

  /** Sets all rows; one that is not named is gone. */
  synchronized void set(Map<Tags, Double> now) {
    cells.keySet().retainAll(now.keySet());
    now.forEach((tags, value) -> cells.computeIfAbsent(tags, absent -> new Cell()).value = value);
    gauge.register(
        cells.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                row -> MultiGauge.Row.of(row.getKey(), row.getValue(), cell -> cell.value))
            .toList(),
        false);
  }
}
