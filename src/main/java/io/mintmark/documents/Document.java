package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One document that meets its schema.
 *
 * @param name {@code metadata.name}
 * @param root the whole document
 */
public record Document(String kind, String name, JsonNode root, Positions positions) {
  public JsonNode spec() {
    return root.path("spec");
  }

  /**
   * Where the value at a JSON pointer (such as {@code /spec/identity}) stands; its nearest parent
   * where it is absent.
   */
  public Position at(String pointer) {
    return positions.at(pointer);
  }

  /** Where a line and column of the text at a JSON pointer stands; both count from 1. */
  public Position within(String pointer, int line, int column) {
    return positions.within(pointer, line, column);
  }

  public Problem error(String pointer, String message) {
    return new Problem(Problem.Severity.ERROR, at(pointer), message);
  }

  public Problem warning(String pointer, String message) {
    return new Problem(Problem.Severity.WARNING, at(pointer), message);
  }

  /** Finds positions by JSON pointer. */
  public interface Positions {
    Position at(String pointer);

    /**
     * Where a place within a text stands; where the text is folded over lines, the text's own
     * place.
     */
    default Position within(String pointer, int line, int column) {
      return at(pointer);
    }
  }
}
