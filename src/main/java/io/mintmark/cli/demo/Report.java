package io.mintmark.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;

/** Prints the demonstration for people, 80 columns wide, or as one JSON document. */
final class Report {
  private static final int WIDTH = 80;
  private static final int LABEL = 10;
  private static final int INDENT = 3;
  private static final String HELD = "ok";
  private static final String BROKEN = "FAILED";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Report() {}

  static void print(PrintStream out, int number, Step step) {
    out.println();
    out.println(number + "  " + step.title());
    for (Step.Line line : step.lines()) {
      Boolean held = line.held();
      String mark = held == null ? "" : held ? HELD : BROKEN;
      int room = WIDTH - INDENT - LABEL - (mark.isEmpty() ? 0 : mark.length() + 2);
      if (line.value().contains("\n")) {
        block(out, line);
        continue;
      }
      String label = line.label();
      for (String part : wrapped(line.value(), room)) {
        String text = " ".repeat(INDENT) + padded(label, LABEL) + part;
        out.println(
            (mark.isEmpty() ? text : padded(text, WIDTH - mark.length()) + mark).stripTrailing());
        label = "";
        mark = "";
      }
    }
    out.flush();
  }

  /** Text that has its own lines goes below its label; what is too long goes on further in. */
  private static void block(PrintStream out, Step.Line line) {
    out.println(" ".repeat(INDENT) + line.label());
    for (String text : line.value().split("\n", -1)) {
      String bare = text.stripLeading();
      int indent = INDENT + 2 + text.length() - bare.length();
      for (String part : wrapped(bare, WIDTH - indent - 2)) {
        out.println((" ".repeat(indent) + part).stripTrailing());
        indent = INDENT + 4 + text.length() - bare.length();
      }
    }
  }

  static String json(boolean ok, List<Step> steps) {
    ObjectNode report = JSON.createObjectNode().put("ok", ok);
    ArrayNode array = report.putArray("steps");
    for (Step step : steps) {
      ObjectNode node = array.addObject().put("name", step.name()).put("ok", step.ok());
      ArrayNode lines = node.putArray("lines");
      for (Step.Line line : step.lines()) {
        ObjectNode entry = lines.addObject().put("label", line.label()).put("value", line.value());
        Boolean held = line.held();
        if (held != null) {
          entry.put("ok", held.booleanValue());
        }
      }
    }
    return report.toPrettyString();
  }

  private static List<String> wrapped(String text, int room) {
    List<String> parts = new java.util.ArrayList<>();
    String rest = text;
    while (rest.length() > room) {
      int cut = rest.lastIndexOf(' ', room);
      if (cut <= 0) {
        cut = room;
      }
      parts.add(rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  private static String padded(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }
}
