package io.mintmark.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where values stand along a line of a drawing.
 *
 * @param from the value at {@code start}
 * @param to the value at {@code end}
 */
record Axis(double from, double to, double start, double end, boolean logarithmic) {
  private static final int TICKS = 5;

  /** From zero to a round number that holds them all. */
  static Axis linear(double most, double start, double end) {
    double step = step(most);
    return new Axis(0, Math.max(step, Math.ceil(most / step) * step), start, end, false);
  }

  /** From below the least to above the most, in whole steps of 1, 2, 5. */
  static Axis logarithmic(double least, double most, double start, double end) {
    double from = 1e-3;
    double to = 1e6;
    for (double value : steps(from, to)) {
      if (value <= least) {
        from = value;
      }
    }
    for (double value : steps(from, to)) {
      if (value > from && value >= most) {
        to = value;
        break;
      }
    }
    return new Axis(from, to, start, end, true);
  }

  double at(double value) {
    double share =
        logarithmic
            ? Math.log(Math.clamp(value, from, to) / from) / Math.log(to / from)
            : Math.clamp(value, from, to) / to;
    return start + share * (end - start);
  }

  /** Values to write beside it. */
  List<Double> ticks() {
    if (logarithmic) {
      List<Double> all = steps(from, to);
      return all.size() <= 2 * TICKS ? all : all.stream().filter(Axis::isPowerOfTen).toList();
    }
    List<Double> ticks = new ArrayList<>();
    double step = step(to);
    for (int i = 0; i * step <= to * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  static String text(double value) {
    return value >= 1 || value == 0
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3f", value).replaceFirst("0+$", "");
  }

  private static boolean isPowerOfTen(double value) {
    double power = Math.log10(value);
    return Math.abs(power - Math.rint(power)) < 1e-9;
  }

  private static double step(double most) {
    double step = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9) / TICKS)));
    double times = most / TICKS / step;
    return step * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  private static List<Double> steps(double from, double to) {
    List<Double> steps = new ArrayList<>();
    for (int power = -3; power <= 6; power++) {
      for (int times : new int[] {1, 2, 5}) {
        double value = times * Math.pow(10, power);
        if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) {
          steps.add(value);
        }
      }
    }
    return steps;
  }
}
