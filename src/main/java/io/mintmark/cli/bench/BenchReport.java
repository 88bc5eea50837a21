package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A run as text of 80 columns, and as JSON. */
final class BenchReport {
  private static final double MIB = 1 << 20;

  private BenchReport() {}

  static String text(Result run) {
    Measured seen = run.measured();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s, over %s, %d connection%s%s"
            .formatted(
                run.what().sentence(),
                run.over(),
                run.connections(),
                run.connections() == 1 ? "" : "s",
                run.anew() ? ", a new one each" : ""));
    if (run.offered() > 0) {
      line(text, "  %,.0f a second offered".formatted(run.offered()));
    }
    line(
        text,
        "  %,d distinct proofs; %.0f s of warm-up%s"
            .formatted(
                run.proofs(), run.warmUpSeconds(), run.steady() ? "" : ", not steady by then"));
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
    line(
        text,
        "  ceiling   %,10.0f /s    %d verification%s and a signature, %d processors"
            .formatted(
                run.ceiling(),
                run.what().verifications(),
                run.what().verifications() == 1 ? "" : "s",
                run.processors()));
    line(text, "                            by %s".formatted(Result.provider()));
    line(
        text,
        "  share     %9.1f %%     of what the driver leaves of the ceiling"
            .formatted(100 * run.share()));
    line(
        text,
        "  processor %10.2f      of the broker, and %.2f of the driver"
            .formatted(run.brokerCores(), run.driverCores()));
    line(
        text,
        "  resident  %7.0f MB      at the end, %.0f when it was ready"
            .formatted(run.resident() / MIB, run.residentReady() / MIB));
    line(text, "  ledger    %7.0f B       for each answer".formatted(bytesPerAnswer(run)));
    line(text, "  ready     %7.0f ms      after it was started".formatted(run.startMillis()));
    seen.failures().entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
        .forEach(
            failure ->
                line(
                    text,
                    "  failed    %,10d       %s".formatted(failure.getValue(), failure.getKey())));
    return text.toString();
  }

  private static double bytesPerAnswer(Result run) {
    return run.measured().answered() == 0
        ? 0
        : (double) run.ledgerBytes() / run.measured().answered();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  static ObjectNode json(Result run) {
    Measured seen = run.measured();
    ObjectNode json = new ObjectNode(JsonNodeFactory.instance);
    json.put("what", run.what().toString())
        .put("over", run.over().toString())
        .put("connections", run.connections())
        .put("new_connections", run.anew())
        .put("offered_rate", rounded(run.offered(), 1))
        .put("distinct_proofs", run.proofs())
        .put("warm_up_seconds", rounded(run.warmUpSeconds(), 1))
        .put("steady", run.steady())
        .put("seconds", rounded(seen.seconds(), 2))
        .put("requests", seen.answered() + seen.failed())
        .put("rate", rounded(seen.rate(), 1))
        .put("p50_ms", rounded(seen.millis(50), 3))
        .put("p90_ms", rounded(seen.millis(90), 3))
        .put("p99_ms", rounded(seen.millis(99), 3))
        .put("p999_ms", rounded(seen.millis(99.9), 3))
        .put("max_ms", rounded(seen.millis(100), 3))
        .put("errors", seen.failed())
        .put("ceiling_rate", rounded(run.ceiling(), 1))
        .put("share_of_ceiling", rounded(run.share(), 4))
        .put("provider", Result.provider())
        .put("processors", run.processors())
        .put("driver_cores", rounded(run.driverCores(), 3))
        .put("broker_cores", rounded(run.brokerCores(), 3))
        .put("broker_rss_mb", rounded(run.resident() / MIB, 1))
        .put("broker_rss_ready_mb", rounded(run.residentReady() / MIB, 1))
        .put("ledger_bytes_per_answer", rounded(bytesPerAnswer(run), 1))
        .put("ready_ms", rounded(run.startMillis(), 0));
    ObjectNode failures = json.putObject("failures");
    seen.failures().forEach(failures::put);
    return json;
  }

  private static double rounded(double value, int digits) {
    return Double.parseDouble(String.format(Locale.ROOT, "%." + digits + "f", value));
  }
}
