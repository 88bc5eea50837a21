package io.mintmark.documents;

/** Something that is wrong, or looks wrong, in a document. */
public record Problem(Severity severity, Position position, String message) {
  /** Whether the documents can be used all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** {@code file:line:column: error: message}, as editors understand it. */
  @Override
  public String toString() {
    return position + ": " + (severity == Severity.ERROR ? "error" : "warning") + ": " + message;
  }
}
