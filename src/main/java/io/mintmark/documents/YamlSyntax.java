package io.mintmark.documents;

/** YAML that is malformed or uses what a policy document may not use. */
final class YamlSyntax extends Exception {
  private static final long serialVersionUID = 1L;
  private final int line;
  private final int column;

  /** Line and column count from 1. */
  YamlSyntax(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }
}
