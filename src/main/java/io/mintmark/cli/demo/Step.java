package io.mintmark.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of the demonstration: what was done, what was seen, and whether every check of it held.
 */
final class Step {
  private final String name;
  private final String title;
  private final List<Line> lines = new ArrayList<>();
  private boolean ok = true;

  Step(String name, String title) {
    this.name = name;
    this.title = title;
  }

  /** Something seen, under a one-word label. */
  Step saw(String label, String value) {
    lines.add(new Line(label, value, null));
    return this;
  }

  /** Something that must hold. */
  Step check(String what, boolean held) {
    lines.add(new Line("checked", what, held));
    ok &= held;
    return this;
  }

  Step failed(String why) {
    lines.add(new Line("failed", why, false));
    ok = false;
    return this;
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  boolean ok() {
    return ok;
  }

  List<Line> lines() {
    return List.copyOf(lines);
  }

  /**
   * A line of the report.
   *
   * @param held null for what was only seen
   */
  record Line(String label, String value, @org.jspecify.annotations.Nullable Boolean held) {}
}
