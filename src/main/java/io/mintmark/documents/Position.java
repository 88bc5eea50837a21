package io.mintmark.documents;

import java.util.Comparator;

/**
 * Where something stands: in a file at a line and column, which count from 1, or in an object of an
 * API at a field.
 *
 * @param file or what names the object
 * @param line 0 in an object
 * @param column 0 in an object
 * @param path of the field, such as {@code spec.owner}; empty in a file, and for a whole object
 */
public record Position(String file, int line, int column, String path)
    implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::file)
          .thenComparing(Position::path)
          .thenComparingInt(Position::line)
          .thenComparingInt(Position::column);

  /** A place in a file. */
  public Position(String file, int line, int column) {
    this(file, line, column, "");
  }

  /** A field of an object of an API; with an empty path the object itself. */
  public static Position inObject(String label, String path) {
    return new Position(label, 0, 0, path);
  }

  /** Whether it is in an object of an API. */
  public boolean isInObject() {
    return line == 0;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    if (isInObject()) {
      return path.isEmpty() ? file : file + " " + path;
    }
    return file + ":" + line + ":" + column;
  }
}
