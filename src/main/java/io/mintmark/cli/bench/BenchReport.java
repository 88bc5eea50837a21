package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.Measured;
import io.mintmark.cli.bench.load.Trial;
import java.util.Locale;

/** A run as text of 80 columns, and as JSON. */
final class BenchReport {
  static final double MIB = 1 << 20;

  private BenchReport() {}

  static String text(Result run) {
    Measured seen = run.measured();
    Result.Asked asked = run.asked();
    Trial trial = run.trial();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s, over %s, %d connection%s%s"
            .formatted(
                asked.clientCertificate()
                    ? run.what().sentence().replaceFirst("JWT-SVID", "X.509-SVID")
                    : run.what().sentence(),
                asked.over(),
                asked.connections(),
                asked.connections() == 1 ? "" : "s",
                asked.anew() ? ", a new one each" : ""));
    if (asked.offered() > 0) {
      line(text, "  %,.0f a second offered".formatted(asked.offered()));
    }
    line(
        text,
        "  %,d distinct proof%s%s; %.0f s of warm-up%s"
            .formatted(
                run.distinct(),
                run.distinct() == 1 ? "" : "s",
                asked.clientCertificate() ? " by mutual TLS" : "",
                trial.warmUp().seconds(),
                trial.warmUp().steady() ? "" : ", not steady by then"));
    line(text, "");
    line(
        text,
        "  rate      %,10.0f /s    %,d answered, %,d not"
            .formatted(seen.rate(), seen.answered(), seen.failed()));
    line(
        text,
        "  latency   p50 %.2f ms   p90 %.2f   p99 %.2f   p99.9 %.2f   most %.2f"
            .formatted(
                seen.millis(50),
                seen.millis(90),
                seen.millis(99),
                seen.millis(99.9),
                seen.millis(100)));
    line(text, "  ceiling   %,10.0f /s    %s".formatted(run.ceiling(), run.work().sentence()));
    line(
        text,
        "                            by %s, %d processors"
            .formatted(Result.provider(), run.processors()));
    line(
        text,
        "                            %,.0f before the run, %,.0f after it"
            .formatted(run.ceilings().before(), run.ceilings().after()));
    line(
        text,
        "  share     %9.1f %%     of what the driver leaves of the ceiling"
            .formatted(100 * run.share()));
    line(
        text,
        "  processor %10.2f      of the broker, and %.2f of the driver"
            .formatted(trial.cores(), trial.driverCores()));
    line(
        text,
        "  resident  %7.0f MB      at the end, %.0f when it was ready"
            .formatted(trial.resident() / MIB, run.residentReady() / MIB));
    line(text, "  ledger    %7.0f B       for each answer".formatted(run.bytesPerAnswer()));
    line(text, "  ready     %7.0f ms      after it was started".formatted(run.startMillis()));
    seen.failures().entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
        .forEach(
            failure ->
                line(
                    text,
                    "  failed    %,10d       %.48s"
                        .formatted(failure.getValue(), failure.getKey())));
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  static ObjectNode json(Result run) {
    Result.Asked asked = run.asked();
    Trial trial = run.trial();
    ObjectNode json = new ObjectNode(JsonNodeFactory.instance);
    json.put("what", run.what().toString())
        .put("over", asked.over().toString())
        .put("connections", asked.connections())
        .put("new_connections", asked.anew())
        .put("client_certificate", asked.clientCertificate())
        .put("offered_rate", rounded(asked.offered(), 1))
        .put("distinct_proofs", run.distinct());
    put(json, trial);
    return json.put("ceiling_rate", rounded(run.ceiling(), 1))
        .put("ceiling_rate_before", rounded(run.ceilings().before(), 1))
        .put("ceiling_rate_after", rounded(run.ceilings().after(), 1))
        .put("ceiling_of", run.work().sentence())
        .put("share_of_ceiling", rounded(run.share(), 4))
        .put("provider", Result.provider())
        .put("processors", run.processors())
        .put("broker_cores", rounded(trial.cores(), 3))
        .put("broker_rss_mb", rounded(trial.resident() / MIB, 1))
        .put("broker_rss_ready_mb", rounded(run.residentReady() / MIB, 1))
        .put("ledger_bytes_per_answer", rounded(run.bytesPerAnswer(), 1))
        .put("ready_ms", rounded(run.startMillis(), 0));
  }

  /** What is said of every load, whoever was asked. */
  static void put(ObjectNode json, Trial trial) {
    Measured seen = trial.measured();
    json.put("warm_up_seconds", rounded(trial.warmUp().seconds(), 1))
        .put("steady", trial.warmUp().steady())
        .put("seconds", rounded(seen.seconds(), 2))
        .put("requests", seen.answered() + seen.failed())
        .put("rate", rounded(seen.rate(), 1))
        .put("p50_ms", rounded(seen.millis(50), 3))
        .put("p90_ms", rounded(seen.millis(90), 3))
        .put("p99_ms", rounded(seen.millis(99), 3))
        .put("p999_ms", rounded(seen.millis(99.9), 3))
        .put("max_ms", rounded(seen.millis(100), 3))
        .put("errors", seen.failed())
        .put("driver_cores", rounded(trial.driverCores(), 3));
    ObjectNode failures = json.putObject("failures");
    seen.failures().forEach(failures::put);
  }

  static double rounded(double value, int digits) {
    return Double.parseDouble(String.format(Locale.ROOT, "%." + digits + "f", value));
  }
}
