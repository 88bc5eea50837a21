package io.mintmark.cli.bench;

import static io.mintmark.cli.bench.BenchReport.MIB;
import static io.mintmark.cli.bench.BenchReport.rounded;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.Measured;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;

/** A broker beside other systems, as one table of 80 columns and as JSON. */
final class AgainstReport {
  static final String OURS = "mintmark";
  private static final String ROW = "%-9s%-28s%7s%6s%6s%6s%6s%5s%7s";
  private static final int OPERATION = 28;
  private static final int WIDTH = 80;
  private static final int INDENT = 12;

  private AgainstReport() {}

  static String text(Against all) {
    StringBuilder text = new StringBuilder();
    Result.Asked asked = all.broker().getFirst().asked();
    line(
        text,
        "%d connections, %d processors with the driver on them, one system at a time"
            .formatted(asked.connections(), all.broker().getFirst().processors()));
    line(text, "");
    line(
        text,
        ROW.formatted("", "operation", "rate/s", "ratio", "p50", "p99", "cores", "MB", "failed"));
    for (Result run : all.broker()) {
      row(text, OURS, ours(run.what()), run.trial(), 1);
      for (Against.Row row : all.rowsOf(run.what())) {
        if (row.trial() == null) {
          line(text, ROW.formatted(row.peer(), "does none", "-", "-", "-", "-", "-", "-", "-"));
        } else {
          row(text, row.peer().toString(), row.operation(), row.trial(), all.ratio(row));
        }
      }
      line(text, "");
    }
    line(
        text,
        "ratio       mintmark's rate by that of the system. p50, p99: milliseconds. cores, MB: of"
            + " the system, processors and resident memory at the end.");
    for (Result run : all.broker()) {
      line(
          text,
          "share       %.0f %% of what the driver leaves of mintmark's ceiling, %s, %s"
              .formatted(100 * run.share(), run.what(), Result.provider()));
    }
    line(text, "");
    line(text, "How each is set up:");
    line(text, "  mintmark  %s, all it has is on, a synced record each".formatted(asked.over()));
    for (Against.SetUp setUp : all.setUps()) {
      line(text, "  %-9s %s".formatted(setUp.peer(), setUp.said()));
    }
    line(text, "");
    line(text, "What mintmark does for each and the system does not:");
    for (Against.SetUp setUp : all.setUps()) {
      line(text, "  %-9s %s".formatted(setUp.peer(), setUp.peer().lacks()));
    }
    all.broker().forEach(run -> failures(text, OURS, run.measured()));
    for (Against.Row row : all.rows()) {
      if (row.trial() != null) {
        failures(text, row.peer().toString(), row.trial().measured());
      }
    }
    return text.toString();
  }

  private static void row(
      StringBuilder text, String system, String operation, Trial trial, double ratio) {
    Measured seen = trial.measured();
    boolean known = !Double.isNaN(trial.cores());
    line(
        text,
        ROW.formatted(
            system,
            operation.substring(0, Math.min(OPERATION, operation.length())),
            "%,.0f".formatted(seen.rate()),
            Double.isNaN(ratio) ? "-" : "%.2f".formatted(ratio),
            millis(seen.millis(50)),
            millis(seen.millis(99)),
            known ? "%.2f".formatted(trial.cores()) : "-",
            known ? "%.0f".formatted(trial.resident() / MIB) : "-",
            seen.failed() < 1_000_000 ? seen.failed() : seen.failed() / 1_000 + "k"));
  }

  private static String millis(double millis) {
    return (millis < 100 ? "%.1f" : "%.0f").formatted(millis);
  }

  /** Short enough for the table. */
  static String ours(What what) {
    return switch (what) {
      case TOKEN, JWT_SVID -> what.sentence();
      case CERTIFICATE -> "JWT-SVID + CSR to X.509-SVID";
    };
  }

  private static void failures(StringBuilder text, String system, Measured seen) {
    seen.failures()
        .forEach(
            (kind, count) -> line(text, "failed      %s, %,d: %s".formatted(system, count, kind)));
  }

  /** In lines of 80 columns, those after the first below the text of the first. */
  private static void line(StringBuilder text, String line) {
    String rest = line.stripTrailing();
    while (rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      int end = space > INDENT ? space : WIDTH;
      text.append(rest, 0, end).append('\n');
      rest = " ".repeat(INDENT) + rest.substring(end).strip();
    }
    text.append(rest).append('\n');
  }

  static ObjectNode json(Against all) {
    ObjectNode json = new ObjectNode(JsonNodeFactory.instance);
    ArrayNode broker = json.putArray(OURS);
    all.broker().forEach(run -> broker.add(BenchReport.json(run)));
    ArrayNode peers = json.putArray("against");
    for (Against.Row row : all.rows()) {
      ObjectNode peer =
          peers
              .addObject()
              .put("system", row.peer().toString())
              .put("what", row.what().toString())
              .put("operation", row.operation());
      if (row.trial() == null) {
        continue;
      }
      if (!Double.isNaN(all.ratio(row))) {
        peer.put("ratio", rounded(all.ratio(row), 3));
      }
      if (!Double.isNaN(row.trial().cores())) {
        peer.put("cores", rounded(row.trial().cores(), 3))
            .put("rss_mb", rounded(row.trial().resident() / MIB, 1));
      }
      BenchReport.put(peer, row.trial());
    }
    ObjectNode systems = json.putObject("systems");
    for (Against.SetUp setUp : all.setUps()) {
      ObjectNode system = systems.putObject(setUp.peer().toString());
      system.put("set_up", setUp.said()).put("does_not", setUp.peer().lacks());
    }
    return json;
  }
}
