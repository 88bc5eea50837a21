package io.mintmark.documents;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the values and keys of one document stand in its file.
 *
 * <p>Pointers are RFC 6901's.
 */
final class SourceMap implements Document.Positions {
  private final String file;
  private final List<String> lines;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Position> keys = new HashMap<>();

  SourceMap(String file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  void value(String pointer, int line, int column, Style style) {
    values.put(pointer, new Value(new Position(file, line, column), style));
  }

  void key(String pointer, int line, int column) {
    keys.put(pointer, new Position(file, line, column));
  }

  @Override
  public Position at(String pointer) {
    return nearest(pointer).position();
  }

  @Override
  public Position atKey(String pointer) {
    Position key = keys.get(pointer);
    return key == null ? at(pointer) : key;
  }

  @Override
  public Position within(String pointer, int line, int column) {
    Value value = nearest(pointer);
    Position start = value.position();
    return switch (value.style()) {
      case PLAIN ->
          line == 1 ? new Position(file, start.line(), start.column() + column - 1) : start;
      case QUOTED -> line == 1 ? new Position(file, start.line(), start.column() + column) : start;
      case LITERAL -> {
        int indentation = indentation(start.line());
        yield new Position(file, start.line() + line, indentation + column);
      }
      case OTHER -> start;
    };
  }

  private Value nearest(String pointer) {
    String path = pointer;
    while (true) {
      Value value = values.get(path);
      if (value != null) {
        return value;
      }
      int slash = path.lastIndexOf('/');
      if (slash < 0) {
        return new Value(new Position(file, 1, 1), Style.OTHER);
      }
      path = path.substring(0, slash);
    }
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

  /** How a value is written, as far as it matters for places within it. */
  enum Style {
    PLAIN,
    QUOTED,
    LITERAL,
    OTHER
  }

  private record Value(Position position, Style style) {}
}
