package io.mintmark.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A drawing in SVG 1.1 that is read on light and on dark paper. */
final class Svg {
  private static final String STYLE =
      """
      svg { --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --paper: #ffffff;
            --ours: #0969da; --other: #8c959f; --tail: #bc4c00;
            font-family: system-ui, 'Liberation Sans', sans-serif; font-size: 13px }
      @media (prefers-color-scheme: dark) {
        svg { --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --paper: #0d1117;
              --ours: #4493f8; --other: #7d8590; --tail: #f0883e }
      }
      text { fill: var(--ink) }
      .title { font-size: 17px; font-weight: 600 }
      .head { font-weight: 600 }
      .soft { fill: var(--soft) }
      .paper { fill: var(--paper) }
      .grid { stroke: var(--line); stroke-width: 1 }
      .ours { fill: var(--ours) } .other { fill: var(--other) } .tail { fill: var(--tail) }
      .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
      .curve.ours, .range.ours { stroke: var(--ours) } .curve.ours, .curve.tail { fill: none }
      .curve.tail { stroke: var(--tail) }
      .range { stroke-width: 3; stroke-linecap: round } .range.other { stroke: var(--other) }
      """;

  private final StringBuilder body = new StringBuilder();
  private final int width;

  Svg(int width) {
    this.width = width;
  }

  /** Where the text stands of its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  record Point(double x, double y) {}

  void text(String kind, double x, double y, Anchor anchor, String text) {
    add(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            kind,
            x,
            y,
            anchor.name().toLowerCase(Locale.ROOT),
            escaped(text)));
  }

  void line(String kind, Point from, Point to) {
    add(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            kind,
            from.x(),
            from.y(),
            to.x(),
            to.y()));
  }

  void curve(String kind, List<Point> points) {
    String each =
        points.stream()
            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
            .collect(Collectors.joining(" "));
    add(String.format(Locale.ROOT, "<polyline class=\"curve %s\" points=\"%s\"/>", kind, each));
  }

  void bar(String kind, Point at, double width, double height) {
    add(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>",
            kind,
            at.x(),
            at.y(),
            width,
            height));
  }

  void dot(String kind, Point at) {
    add(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>",
            kind,
            at.x(),
            at.y()));
  }

  private void add(String element) {
    body.append(element).append('\n');
  }

  /**
   * @param title what is read out in place of the drawing
   */
  String document(String title, int height) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">
    <title>%s</title>
    <style>
    %s</style>
    <rect class="paper" width="%d" height="%d"/>
    %s</svg>
    """
        .formatted(width, height, width, height, escaped(title), STYLE, width, height, body);
  }

  /** Character data and attribute values (XML 1.0 section 2.4); what XML cannot hold is a space. */
  static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                switch (c) {
                  case '<' -> "&lt;";
                  case '>' -> "&gt;";
                  case '&' -> "&amp;";
                  case '"' -> "&quot;";
                  case '\'' -> "&apos;";
                  default -> isHeld(c) ? Character.toString(c) : " ";
                })
        .collect(Collectors.joining());
  }

  private static boolean isHeld(int character) {
    boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
    return !Character.isISOControl(character) && !surrogate && (character & 0xFFFE) != 0xFFFE;
  }
}
