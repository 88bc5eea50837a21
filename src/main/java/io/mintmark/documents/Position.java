package io.mintmark.documents;

/**
 * Where something stands; line and column count from 1, and are 0 where there are no lines, as in
 * an object of an API.
 */
public record Position(String file, int line, int column) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
