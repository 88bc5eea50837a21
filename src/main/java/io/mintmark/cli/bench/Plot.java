package io.mintmark.cli.bench;

import io.mintmark.cli.bench.Svg.Anchor;
import io.mintmark.cli.bench.Svg.Point;
import io.mintmark.cli.bench.load.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A run as a drawing: all of its latencies, and each of its seconds. */
record Plot(String svg) {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 700;
  private static final int LEFT = 76;
  private static final int RIGHT = WIDTH - 48;

  /** Percentiles that are written below the first panel, and how many nines stand between. */
  private static final double[] PERCENTILES = {0, 90, 99, 99.9, 99.99, 99.999};

  static Plot of(Against all) {
    return new Plot(AgainstPlot.svg(all));
  }

  static Plot of(Result run) {
    Measured seen = run.measured();
    Svg svg = new Svg(WIDTH);
    Result.Asked asked = run.asked();
    svg.text("title", 24, 34, Anchor.START, run.what().sentence());
    svg.text(
        "soft",
        24,
        56,
        Anchor.START,
        "%,.0f/s over %s on %d connections%s, %.0f %% of the ceiling that the driver leaves; %,d failed"
            .formatted(
                seen.rate(),
                asked.over(),
                asked.connections(),
                asked.offered() > 0 ? ", %,.0f/s offered".formatted(asked.offered()) : "",
                100 * run.share(),
                seen.failed()));
    percentiles(svg, seen, 100, 310);
    List<Measured.Second> seconds = seen.bySecond();
    double end = Math.max(1, seconds.size());
    rates(svg, seconds, new Axis(0, end, LEFT, RIGHT, false), 370, 480);
    latencies(svg, seconds, new Axis(0, end, LEFT, RIGHT, false), 530, 640);
    return new Plot(svg.document("mintmark bench: " + run.what().sentence(), HEIGHT));
  }

  private static void percentiles(Svg svg, Measured seen, int top, int bottom) {
    svg.text("head", LEFT, top - 12, Anchor.START, "Latency in ms by percentile");
    Axis nines = new Axis(0, PERCENTILES.length - 1, LEFT, RIGHT, false);
    Axis millis = Axis.logarithmic(least(seen.millis(0)), seen.millis(100), bottom, top);
    grid(svg, millis);
    for (int i = 0; i < PERCENTILES.length; i++) {
      svg.text(
          "soft",
          nines.at(i),
          bottom + 18,
          Anchor.MIDDLE,
          (PERCENTILES[i] + " %").replace(".0 ", " "));
    }
    List<Point> curve = new ArrayList<>();
    double last =
        Math.min(PERCENTILES.length - 1, Math.log10((double) Math.max(1, seen.answered())));
    for (double nine = 0; nine <= last; nine += 0.02) {
      double percentile = 100 * (1 - Math.pow(10, -nine));
      curve.add(new Point(nines.at(nine), millis.at(seen.millis(percentile))));
    }
    svg.curve("ours", curve);
  }

  private static void rates(
      Svg svg, List<Measured.Second> seconds, Axis time, int top, int bottom) {
    svg.text("head", LEFT, top - 12, Anchor.START, "Answers in each second");
    double most = seconds.stream().mapToLong(Measured.Second::answered).max().orElse(1);
    Axis rate = Axis.linear(most, bottom, top);
    grid(svg, rate);
    svg.curve(
        "ours", points(seconds.size(), time, i -> rate.at((double) seconds.get(i).answered())));
  }

  private static void latencies(
      Svg svg, List<Measured.Second> seconds, Axis time, int top, int bottom) {
    svg.text("head", LEFT, top - 12, Anchor.START, "Latency in ms in each second");
    double least = seconds.stream().mapToDouble(Measured.Second::p50Millis).min().orElse(1);
    double most = seconds.stream().mapToDouble(Measured.Second::p99Millis).max().orElse(1);
    Axis millis = Axis.logarithmic(least(least), Math.max(least(least), most), bottom, top);
    grid(svg, millis);
    svg.curve("tail", points(seconds.size(), time, i -> millis.at(seconds.get(i).p99Millis())));
    svg.curve("ours", points(seconds.size(), time, i -> millis.at(seconds.get(i).p50Millis())));
    svg.text("tail", RIGHT - 44, top - 12, Anchor.END, "p99");
    svg.text("ours", RIGHT, top - 12, Anchor.END, "p50");
    for (double tick : Axis.linear(time.to(), LEFT, RIGHT).ticks()) {
      if (tick <= time.to() && tick == Math.rint(tick)) {
        svg.text("soft", time.at(tick), bottom + 18, Anchor.MIDDLE, "%.0f s".formatted(tick));
      }
    }
  }

  private interface Height {
    double of(int second);
  }

  private static List<Point> points(int count, Axis time, Height height) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Point(time.at(i + 0.5), height.of(i)))
        .toList();
  }

  private static void grid(Svg svg, Axis upwards) {
    for (double tick : upwards.ticks()) {
      double y = upwards.at(tick);
      svg.line("grid", new Point(LEFT, y), new Point(RIGHT, y));
      svg.text("soft", LEFT - 10, y + 4, Anchor.END, Axis.text(tick));
    }
  }

  /** A logarithm has no zero. */
  private static double least(double millis) {
    return Math.max(0.001, millis);
  }
}
