package io.mintmark.workload;

/** Which characters of strangers may be shown. */
public final class Characters {
  private Characters() {}

  /** False for what ends a line, turns the writing, is not shown or is no character at all. */
  public static boolean isShown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
