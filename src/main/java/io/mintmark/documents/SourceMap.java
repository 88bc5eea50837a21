package io.mintmark.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the values and keys of one document stand in its file. Held as long as the document, so it
 * is numbers alone: the pointers are those of every document that has the same fields.
 *
 * <p>Pointers are RFC 6901's.
 */
final class SourceMap implements Document.Positions {
  private static final int LINE = 0;
  private static final int COLUMN = 1;
  private static final int STYLE = 2;
  private static final int INDENTATION = 3;
  private static final int KEY_LINE = 4;
  private static final int KEY_COLUMN = 5;
  private static final int WIDTH = 6;

  /** By their numbers here. */
  private static final List<Style> STYLES = List.of(Style.values());

  private final String file;
  private final Shape shape;
  private final int[] places;

  private SourceMap(String file, Shape shape, int[] places) {
    this.file = file;
    this.shape = shape;
    this.places = places;
  }

  @Override
  public Position at(String pointer) {
    int entry = nearest(pointer);
    return entry < 0 ? new Position(file, 1, 1) : position(entry, LINE, COLUMN);
  }

  @Override
  public Position atKey(String pointer) {
    Integer entry = shape.entries().get(pointer);
    return entry == null || number(entry, KEY_LINE) == 0
        ? at(pointer)
        : position(entry, KEY_LINE, KEY_COLUMN);
  }

  @Override
  public Position within(String pointer, int line, int column) {
    Position start = at(pointer);
    int entry = nearest(pointer);
    return switch (entry < 0 ? Style.OTHER : STYLES.get(number(entry, STYLE))) {
      case PLAIN ->
          line == 1 ? new Position(file, start.line(), start.column() + column - 1) : start;
      case QUOTED -> line == 1 ? new Position(file, start.line(), start.column() + column) : start;
      case LITERAL -> new Position(file, start.line() + line, number(entry, INDENTATION) + column);
      case OTHER -> start;
    };
  }

  /**
   * The entry of a pointer or of its nearest parent that there is; negative where there is none.
   */
  private int nearest(String pointer) {
    String path = pointer;
    while (true) {
      Integer entry = shape.entries().get(path);
      if (entry != null) {
        return entry;
      }
      int slash = path.lastIndexOf('/');
      if (slash < 0) {
        return -1;
      }
      path = path.substring(0, slash);
    }
  }

  private Position position(int entry, int line, int column) {
    return new Position(file, number(entry, line), number(entry, column));
  }

  private int number(int entry, int which) {
    return places[entry * WIDTH + which];
  }

  /** How a value is written, as far as it matters for places within it. */
  enum Style {
    PLAIN,
    QUOTED,
    LITERAL,
    OTHER
  }

  /**
   * The pointers of a document.
   *
   * @param entries the number of each
   */
  record Shape(Map<String, Integer> entries) {
    static Shape of(List<String> pointers) {
      Map<String, Integer> entries = HashMap.newHashMap(pointers.size());
      for (int i = 0; i < pointers.size(); i++) {
        entries.put(pointers.get(i), i);
      }
      return new Shape(entries);
    }
  }

  /** Takes places down as a document is read; a key comes right before its value. */
  static final class Builder {
    private final String file;
    private final List<String> pointers = new ArrayList<>();
    private int[] places = new int[24 * WIDTH];

    Builder(String file) {
      this.file = file;
    }

    void key(String pointer, int line, int column) {
      int entry = entry(pointer);
      places[entry + KEY_LINE] = line;
      places[entry + KEY_COLUMN] = column;
    }

    /**
     * @param indentation of the text's lines, where it is a literal one
     */
    void value(String pointer, int line, int column, Style style, int indentation) {
      int entry = entry(pointer);
      places[entry + LINE] = line;
      places[entry + COLUMN] = column;
      places[entry + STYLE] = STYLES.indexOf(style);
      places[entry + INDENTATION] = indentation;
    }

    SourceMap done(Alike alike) {
      return new SourceMap(
          file, alike.shape(pointers), Arrays.copyOf(places, pointers.size() * WIDTH));
    }

    private int entry(String pointer) {
      if (pointers.isEmpty() || !pointers.getLast().equals(pointer)) {
        pointers.add(pointer);
        if (pointers.size() * WIDTH > places.length) {
          places = Arrays.copyOf(places, 2 * places.length);
        }
      }
      return (pointers.size() - 1) * WIDTH;
    }
  }
}
