package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static Result result(What what, long failed) {
    Histogram micros = new Histogram(3);
    for (int i = 1; i <= 1000; i++) {
      micros.recordValue(i * 10L);
    }
    return new Result(
        what,
        Over.HTTPS,
        32,
        true,
        5000,
        2_000_000,
        120,
        false,
        1234.5,
        new Measured(
            1_000_000_000L,
            86_400,
            failed == 0 ? Map.of() : Map.of("503 overloaded", failed),
            micros),
        30_000,
        2,
        0.5,
        1.5,
        200L << 20,
        260L << 20,
        565_000_000_000L);
  }

  @Test
  void theShareIsOfWhatTheDriverLeaves() {
    // a quarter of the machine is the driver's
    double rate = 1_000_000_000L / 86_400.0;
    assertThat(result(What.TOKEN, 0).share()).isEqualTo(rate / (30_000 * 0.75));
  }

  @Test
  void jsonHasWhatTheContractNames() {
    ObjectNode json = BenchReport.json(result(What.TOKEN, 3));
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
    assertThat(json.path("broker_rss_mb").asDouble()).isEqualTo(260);
    assertThat(json.at("/failures/503 overloaded").asLong()).isEqualTo(3);
  }

  @Test
  void textIsReadIn80Columns() {
    for (What what : What.values()) {
      assertThat(BenchReport.text(result(what, 12_345_678_901L)).lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
  }
}
