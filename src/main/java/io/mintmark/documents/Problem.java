package io.mintmark.documents;

/** Something that is wrong, or looks wrong, in a document. */
public record Problem(Severity severity, Position position, String message, Cause cause) {
  /** Whether the documents can be used all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** What has to be otherwise for it to be good. */
  public enum Cause {
    /** The document. */
    ITSELF,
    /** It refers to a document that is not there, and may come yet. */
    MISSING
  }

  /** Something that is wrong with the document itself. */
  public Problem(Severity severity, Position position, String message) {
    this(severity, position, message, Cause.ITSELF);
  }

  /** The same for another cause. */
  public Problem by(Cause other) {
    return new Problem(severity, position, message, other);
  }

  /** {@code file:line:column: error: message}, as editors understand it. */
  @Override
  public String toString() {
    return position + ": " + (severity == Severity.ERROR ? "error" : "warning") + ": " + message;
  }
}
