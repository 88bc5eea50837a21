package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.trust.TrustStatus;
import io.mintmark.workload.TrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Telemetry telemetry = new Telemetry(registry, null);

  @Test
  void noScrapeMissesWhatIsSetAnew() {
    List<Meter> removed = new ArrayList<>();
    registry.config().onMeterRemoved(removed::add);
    for (long age : new long[] {1, 2}) {
      telemetry.slow(
          new TrustStatus(List.of(keys("a.example.org", age)), List.of()), List.of(), "version");
    }
    assertThat(removed).isEmpty();
    assertThat(registry.scrape()).contains("{trust_domain=\"a.example.org\",} 2");
    telemetry.slow(new TrustStatus(List.of(), List.of()), List.of(), "newer");
    assertThat(registry.scrape()).doesNotContain("a.example.org", "\"version\"");
  }

  /** No comparison with NaN is true: an alert on the age of what never came would never ring. */
  @Test
  void keysThatNeverCameAreInfinitelyOld() {
    telemetry.slow(
        new TrustStatus(
            List.of(keys("never.example.org", null), keys("old.example.org", 7200L)),
            List.of(keys("https://never.example.org", null))),
        List.of(),
        "version");
    assertThat(registry.scrape())
        .contains(
            "mintmark_bundle_age_seconds{trust_domain=\"never.example.org\",} +Inf",
            "mintmark_bundle_age_seconds{trust_domain=\"old.example.org\",} 7200",
            "mintmark_issuer_age_seconds{issuer=\"https://never.example.org\",} +Inf")
        .doesNotContain("NaN");
  }

  @Test
  void failedFetchesAreCountedBySource() {
    var domain = new KeyHolder.Domain(new TrustDomain("prod.example.org"));
    telemetry.failed(domain, "no route", Duration.ZERO);
    telemetry.failed(domain, "no route", Duration.ZERO);
    telemetry.failed(new KeyHolder.Issuer("https://i.example.org"), "no route", Duration.ZERO);
    assertThat(registry.scrape())
        .contains(
            "mintmark_bundle_fetch_failures_total{trust_domain=\"prod.example.org\",} 2.0",
            "mintmark_issuer_fetch_failures_total{issuer=\"https://i.example.org\",} 1.0");
  }

  private static TrustStatus.Keys keys(String name, @Nullable Long age) {
    return new TrustStatus.Keys(
        name,
        name,
        age != null,
        age == null ? null : Instant.EPOCH,
        age == null ? null : Duration.ofSeconds(age),
        null);
  }
}
