package io.mintmark.fetch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Spaces out fetches of one host (a leaky bucket), so that no configuration or caller makes us a
 * nuisance to it.
 */
final class HostRate {
  private static final int MAX_HOSTS = 10_000;

  private final long intervalNanos;
  private final long burstNanos;
  private final LongSupplier nanoTime;

  /** When each host's bucket will have run dry. */
  private final Map<String, Long> emptyAt = new LinkedHashMap<>();

  HostRate(int burst, Duration interval, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.burstNanos = intervalNanos * burst;
    this.nanoTime = nanoTime;
  }

  synchronized boolean admits(String host) {
    long now = nanoTime.getAsLong();
    Long known = emptyAt.remove(host);
    long level = known == null ? 0 : Math.max(0, known - now);
    boolean admitted = level + intervalNanos <= burstNanos;
    emptyAt.put(host, now + level + (admitted ? intervalNanos : 0));
    if (emptyAt.size() > MAX_HOSTS) {
      emptyAt.remove(emptyAt.keySet().iterator().next());
    }
    return admitted;
  }
}
