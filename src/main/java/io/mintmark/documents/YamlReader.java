package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML text to JSON trees, from the parser's events, so that no object of a class that the text
 * names is ever made.
 *
 * <p>Plain values are read by the JSON schema of YAML 1.2 (section 10.2): {@code true}, {@code
 * false}, {@code null}, JSON numbers, and everything else is a string, so {@code no}, {@code on},
 * {@code 010} and {@code 2027-03-01} are. Anchors, aliases, merge keys, tags and duplicate keys are
 * refused, so the tree is never larger than the text.
 */
final class YamlReader {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_SCALAR = 65_536;
  private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");
  private static final Pattern BIG_INTEGER = Pattern.compile("-?[1-9][0-9]{18,}");
  private static final Pattern FLOAT =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,30})(?:\\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?");

  private final String file;
  private final List<String> lines;
  private final StreamReader reader;
  private final Parser parser;
  private final Alike alike;

  private YamlReader(String file, String text, Alike alike) {
    this.file = file;
    this.alike = alike;
    this.lines = text.lines().toList();
    this.reader = new StreamReader(text);
    this.parser = new ParserImpl(reader, new LoaderOptions());
  }

  /** One document of a file. */
  record Tree(JsonNode root, SourceMap source) {}

  static List<Tree> read(String file, String text) throws YamlSyntax {
    return read(file, text, new Alike());
  }

  /** The same, as one of several texts of which much is alike. */
  static List<Tree> read(String file, String text, Alike alike) throws YamlSyntax {
    YamlReader yaml = new YamlReader(file, text, alike);
    try {
      return yaml.documents();
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      throw new YamlSyntax(
          mark == null ? 1 : mark.getLine() + 1,
          mark == null ? 1 : mark.getColumn() + 1,
          "not valid YAML: " + Texts.printable(e.getProblem()));
    } catch (ReaderException e) {
      String before = text.substring(0, Math.min(e.getPosition(), text.length()));
      int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
      throw new YamlSyntax(
          line,
          before.length() - before.lastIndexOf('\n'),
          "character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
    } catch (NumberFormatException e) {
      // what the parser throws where an escape ends with the text, or is of no character
      Mark mark = yaml.reader.getMark();
      throw new YamlSyntax(
          mark.getLine() + 1, mark.getColumn() + 1, "not valid YAML: an escape of no character");
    } catch (YAMLException e) {
      throw new YamlSyntax(1, 1, "not valid YAML: " + Texts.printable(e.getMessage()));
    }
  }

  private List<Tree> documents() throws YamlSyntax {
    List<Tree> trees = new ArrayList<>();
    while (!parser.checkEvent(Event.ID.StreamEnd)) {
      Event event = parser.getEvent();
      if (event instanceof DocumentStartEvent) {
        SourceMap.Builder source = new SourceMap.Builder(file);
        JsonNode root = node(parser.getEvent(), "", 0, source);
        if (!root.isNull()) {
          trees.add(new Tree(root, source.done(alike)));
        }
      }
    }
    return trees;
  }

  private JsonNode node(Event event, String pointer, int depth, SourceMap.Builder source)
      throws YamlSyntax {
    if (event instanceof AliasEvent) {
      throw at(event, "aliases (*name) are not allowed");
    }
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      throw at(event, "anchors (&name) are not allowed");
    }
    if (depth > MAX_DEPTH) {
      throw at(event, "nested deeper than " + MAX_DEPTH);
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        place(scalar, pointer, style(scalar), source);
        yield scalar(scalar);
      }
      case SequenceStartEvent start -> {
        refuseTag(start, start.getTag());
        place(start, pointer, SourceMap.Style.OTHER, source);
        yield list(pointer, depth, source);
      }
      case MappingStartEvent start -> {
        refuseTag(start, start.getTag());
        place(start, pointer, SourceMap.Style.OTHER, source);
        yield mapping(pointer, depth, source);
      }
      default -> throw at(event, "not valid YAML: a value is missing");
    };
  }

  private ArrayNode list(String pointer, int depth, SourceMap.Builder source) throws YamlSyntax {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      list.add(node(parser.getEvent(), pointer + "/" + list.size(), depth + 1, source));
    }
    parser.getEvent();
    return list;
  }

  private ObjectNode mapping(String pointer, int depth, SourceMap.Builder source)
      throws YamlSyntax {
    LinkedHashMap<String, JsonNode> members = new LinkedHashMap<>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Event event = parser.getEvent();
      String key = alike.word(key(event));
      if (members.containsKey(key)) {
        throw at(event, "field \"" + Texts.printable(key) + "\" is given twice");
      }
      String member = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
      source.key(member, line(event), column(event));
      members.put(key, node(parser.getEvent(), member, depth + 1, source));
    }
    parser.getEvent();
    return alike.object(members);
  }

  private static String key(Event event) throws YamlSyntax {
    if (event instanceof AliasEvent) {
      throw at(event, "aliases (*name) are not allowed");
    }
    if (!(event instanceof ScalarEvent scalar)) {
      throw at(event, "a field's name must be a string");
    }
    if (scalar.getAnchor() != null) {
      throw at(event, "anchors (&name) are not allowed");
    }
    refuseTag(scalar, scalar.getTag());
    if (scalar.isPlain() && scalar.getValue().equals("<<")) {
      throw at(event, "merge keys (<<) are not allowed");
    }
    if (scalar.getValue().length() > MAX_SCALAR) {
      throw at(event, "longer than " + MAX_SCALAR + " characters");
    }
    return scalar.getValue();
  }

  private JsonNode scalar(ScalarEvent scalar) throws YamlSyntax {
    refuseTag(scalar, scalar.getTag());
    String value = scalar.getValue();
    if (value.length() > MAX_SCALAR) {
      throw at(scalar, "longer than " + MAX_SCALAR + " characters");
    }
    if (!scalar.isPlain()) {
      return alike.text(value);
    }
    return switch (value) {
      case "", "null", "~" -> NullNode.getInstance();
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      default -> number(scalar, value);
    };
  }

  private JsonNode number(ScalarEvent scalar, String value) throws YamlSyntax {
    char first = value.charAt(0);
    if (first != '-' && (first < '0' || first > '9')) {
      return alike.text(value);
    }
    if (INTEGER.matcher(value).matches()) {
      return LongNode.valueOf(Long.parseLong(value));
    }
    if (BIG_INTEGER.matcher(value).matches()) {
      throw at(scalar, "number has more than 18 digits; quote it if it is a name");
    }
    if (FLOAT.matcher(value).matches()) {
      double number = Double.parseDouble(value);
      if (Double.isInfinite(number)) {
        throw at(scalar, "number is out of range; quote it if it is a name");
      }
      return DoubleNode.valueOf(number);
    }
    return alike.text(value);
  }

  private static void refuseTag(Event event, @Nullable String tag) throws YamlSyntax {
    if (tag != null) {
      throw at(event, "tags (" + Texts.printable(tag) + ") are not allowed");
    }
  }

  private void place(
      NodeEvent event, String pointer, SourceMap.Style style, SourceMap.Builder source) {
    int indentation = style == SourceMap.Style.LITERAL ? indentation(line(event)) : 0;
    source.value(pointer, line(event), column(event), style, indentation);
  }

  /** The indentation of a block scalar whose header stands on the line given. */
  private int indentation(int header) {
    for (int i = header; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank()) {
        return line.length() - line.stripLeading().length();
      }
    }
    return 0;
  }

  private static SourceMap.Style style(ScalarEvent scalar) {
    if (scalar.isLiteral()) {
      return SourceMap.Style.LITERAL;
    }
    boolean oneLine = scalar.getStartMark().getLine() == scalar.getEndMark().getLine();
    if (scalar.isFolded() || !oneLine) {
      return SourceMap.Style.OTHER;
    }
    return scalar.isPlain() ? SourceMap.Style.PLAIN : SourceMap.Style.QUOTED;
  }

  private static YamlSyntax at(Event event, String message) {
    return new YamlSyntax(line(event), column(event), message);
  }

  private static int line(Event event) {
    return event.getStartMark().getLine() + 1;
  }

  private static int column(Event event) {
    return event.getStartMark().getColumn() + 1;
  }
}
