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

  /**
   * At most {@code limit} characters of a text and a mark where there are more; each that is not
   * shown is a space.
   */
  public static String shown(String text, int limit) {
    int end = Math.min(text.length(), limit);
    if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--; // half a character is none
    }
    StringBuilder shown = new StringBuilder(end + 1);
    text.substring(0, end)
        .codePoints()
        .forEach(point -> shown.appendCodePoint(isShown(point) ? point : ' '));
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }
}
