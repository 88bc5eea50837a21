package io.mintmark.cli.bench;

import io.mintmark.cli.bench.Svg.Anchor;
import io.mintmark.cli.bench.Svg.Point;
import io.mintmark.cli.bench.load.Measured;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A broker beside other systems as a drawing: what each does a second, and how long it takes. */
final class AgainstPlot {
  private static final int WIDTH = 960;
  private static final int TOP = 104;
  private static final int ROW = 40;
  private static final int NAMES = 24;
  private static final int RATES = 280;
  private static final int RATES_END = 560;
  private static final int LATENCIES = 650;
  private static final int LATENCIES_END = WIDTH - 60;

  private AgainstPlot() {}

  static String svg(Against all) {
    Svg svg = new Svg(WIDTH);
    Result first = all.broker().getFirst();
    svg.text("title", NAMES, 34, Anchor.START, "Credentials a second, one system at a time");
    svg.text(
        "soft",
        NAMES,
        56,
        Anchor.START,
        "%d connections on %d processors that the driver shares"
            .formatted(first.asked().connections(), first.processors()));
    svg.text("head", RATES, TOP - 18, Anchor.START, "rate a second");
    svg.text("head", LATENCIES, TOP - 18, Anchor.START, "latency: p50 to p99, in ms");
    int rows = all.broker().size() * 2 + all.rows().size();
    int bottom = TOP + rows * ROW;
    Axis rate = Axis.linear(all(all).mapToDouble(Measured::rate).max().orElse(1), RATES, RATES_END);
    Axis millis =
        Axis.logarithmic(
            Math.max(0.001, millis(all, 50).min().orElse(1)),
            millis(all, 99).max().orElse(1),
            LATENCIES,
            LATENCIES_END);
    ticks(svg, rate, bottom);
    ticks(svg, millis, bottom);
    int y = TOP;
    for (Result run : all.broker()) {
      svg.text("head", NAMES, y + 26, Anchor.START, run.what().toString());
      y += ROW;
      row(svg, y, AgainstReport.OURS, AgainstReport.ours(run.what()), run.measured(), rate, millis);
      for (Against.Row row : all.rowsOf(run.what())) {
        y += ROW;
        if (row.trial() == null) {
          names(svg, y, row.peer().toString(), "does none");
        } else {
          row(svg, y, row.peer().toString(), row.operation(), row.trial().measured(), rate, millis);
        }
      }
      y += ROW;
    }
    return svg.document("mintmark bench against other systems", bottom + 40);
  }

  private static Stream<Measured> all(Against all) {
    return Stream.concat(
        all.broker().stream().map(Result::measured),
        all.rows().stream()
            .map(Against.Row::trial)
            .flatMap(Stream::ofNullable)
            .map(trial -> trial.measured()));
  }

  private static DoubleStream millis(Against all, double percentile) {
    return all(all).mapToDouble(seen -> seen.millis(percentile));
  }

  private static void ticks(Svg svg, Axis axis, int bottom) {
    for (double tick : axis.ticks()) {
      double x = axis.at(tick);
      svg.line("grid", new Point(x, TOP), new Point(x, bottom));
      svg.text("soft", x, bottom + 20, Anchor.MIDDLE, Axis.text(tick));
    }
  }

  private static void row(
      Svg svg, int y, String system, String operation, Measured seen, Axis rate, Axis millis) {
    String kind = system.equals(AgainstReport.OURS) ? "ours" : "other";
    names(svg, y, system, operation);
    double end = rate.at(seen.rate());
    svg.bar(kind, new Point(RATES, y + 8), Math.max(1, end - RATES), ROW - 16);
    svg.text("ink", end + 6, y + 25, Anchor.START, "%,.0f".formatted(seen.rate()));
    double middle = y + ROW / 2.0;
    Point p50 = new Point(millis.at(seen.millis(50)), middle);
    Point p99 = new Point(millis.at(seen.millis(99)), middle);
    svg.line("range " + kind, p50, p99);
    svg.dot(kind, p50);
    svg.dot(kind, p99);
    svg.text("soft", p99.x() + 9, y + 25, Anchor.START, "%.1f".formatted(seen.millis(99)));
  }

  private static void names(Svg svg, int y, String system, String operation) {
    svg.text("head", NAMES, y + 17, Anchor.START, system);
    svg.text("soft", NAMES, y + 33, Anchor.START, operation);
  }
}
