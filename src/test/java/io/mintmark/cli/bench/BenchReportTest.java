package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.What;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  @Test
  void theShareIsOfWhatTheDriverLeaves() {
    // a quarter of the machine is the driver's, and its ceiling what it was around the run
    double rate = 1_000_000_000L / 86_400.0;
    assertThat(Runs.result(What.TOKEN, 0).share()).isEqualTo(rate / (30_000 * 0.75));
  }

  @Test
  void jsonHasWhatTheContractNames() {
    ObjectNode json = BenchReport.json(Runs.result(What.TOKEN, 3));
    for (String name :
        new String[] {
          "rate",
          "p50_ms",
          "p99_ms",
          "errors",
          "ceiling_rate",
          "share_of_ceiling",
          "provider",
          "broker_rss_mb"
        }) {
      assertThat(json.has(name)).as(name).isTrue();
    }
    assertThat(json.path("p99_ms").asDouble()).isEqualTo(9.903);
    assertThat(json.path("errors").asLong()).isEqualTo(3);
    assertThat(json.path("ceiling_rate").asDouble()).isEqualTo(30_000);
    assertThat(json.path("ceiling_rate_before").asDouble()).isEqualTo(40_000);
    assertThat(json.path("ceiling_rate_after").asDouble()).isEqualTo(20_000);
    assertThat(json.path("broker_rss_mb").asDouble()).isEqualTo(260);
    assertThat(json.path("failures").path(Runs.REASON).asLong()).isEqualTo(3);
  }

  @Test
  void textIsReadIn80Columns() {
    for (What what : What.values()) {
      assertThat(BenchReport.text(Runs.result(what, 12_345_678_901L)).lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
  }

  @Test
  void aHandshakeOfEachRequestCountsInTheCeiling() {
    assertThat(Ceiling.Work.of(What.TOKEN, false, true)).isEqualTo(new Ceiling.Work(1, 1, 0));
    assertThat(Ceiling.Work.of(What.TOKEN, true, false)).isEqualTo(new Ceiling.Work(1, 2, 1));
    assertThat(Ceiling.Work.of(What.CERTIFICATE, true, true)).isEqualTo(new Ceiling.Work(3, 2, 1));
  }
}
