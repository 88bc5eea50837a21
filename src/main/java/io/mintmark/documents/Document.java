package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One document that meets its schema.
 *
 * @param name {@code metadata.name}; {@code namespace/name} where the document is a namespace's, so
 *     that no two documents of a kind share one
 * @param root the whole document, which nobody changes from here on
 * @param digest of what it says
 */
public record Document(
    String kind, String name, JsonNode root, Positions positions, Digest digest) {
  Document(String kind, String name, JsonNode root, Positions positions) {
    this(kind, name, root, positions, Digest.of(root));
  }

  /** The namespace whose document this is, which no document of a file is. */
  public @Nullable String namespace() {
    int slash = name.indexOf('/');
    return slash < 0 ? null : name.substring(0, slash);
  }

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

    /** Where the key of a member stands; the value's place where it has none, as in a list. */
    default Position atKey(String pointer) {
      return at(pointer);
    }

    /**
     * Where a place within a text stands; where the text is folded over lines, the text's own
     * place.
     */
    default Position within(String pointer, int line, int column) {
      return at(pointer);
    }
  }
}
