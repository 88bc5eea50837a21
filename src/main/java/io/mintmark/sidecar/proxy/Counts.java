package io.mintmark.sidecar.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a proxy counts; on one event loop, with the meters of its routes at hand. */
final class Counts {
  private static final String PREFIX = "mintmark.sidecar.proxy.";
  private static final int CLASS = 100;

  private final MeterRegistry meters;
  private final String proxy;
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final Map<String, OfRoute> routes = new HashMap<>();

  Counts(MeterRegistry meters, String proxy) {
    this.meters = meters;
    this.proxy = proxy;
  }

  private record OfRoute(Counter injected, Counter retried, Timer upstream, Counter[] answered) {}

  void answered(Route route, int status) {
    int index = Math.clamp(status / CLASS, 1, 5);
    Counter[] counters = of(route).answered();
    if (counters[index] == null) {
      counters[index] =
          meters.counter(
              PREFIX + "requests", "proxy", proxy, "route", route.name(), "status", index + "xx");
    }
    counters[index].increment();
  }

  void injected(Route route) {
    of(route).injected().increment();
  }

  void retried(Route route) {
    of(route).retried().increment();
  }

  void upstreamTook(Route route, long nanos) {
    of(route).upstream().record(nanos, TimeUnit.NANOSECONDS);
  }

  void refused(Refusal refusal) {
    refused
        .computeIfAbsent(
            refusal,
            reason -> meters.counter(PREFIX + "refused", "proxy", proxy, "reason", reason.reason()))
        .increment();
  }

  void tunnelled() {
    meters.counter(PREFIX + "tunnels", "proxy", proxy).increment();
  }

  void turnedAway(String reason) {
    meters.counter(PREFIX + "turned.away", "proxy", proxy, "reason", reason).increment();
  }

  private OfRoute of(Route route) {
    return routes.computeIfAbsent(
        route.name(),
        name ->
            new OfRoute(
                meters.counter(PREFIX + "injected", "proxy", proxy, "route", name),
                meters.counter(PREFIX + "retried", "proxy", proxy, "route", name),
                meters.timer(PREFIX + "upstream", "proxy", proxy, "route", name),
                new Counter[6]));
  }
}
