package io.mintmark.storage.jdbc;

/** Text that every database takes. */
final class Text {
  private Text() {}

  /**
   * The value with NUL, which PostgreSQL refuses, and halves of surrogate pairs, which have no
   * encoding, replaced: otherwise one hostile record would stop the projection for good.
   */
  static String storable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return cleaned(value);
      }
    }
    return value;
  }

  /** A message from a database as one line of at most 300 characters. */
  static String oneLine(String message) {
    String line = message.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }

  private static String cleaned(String value) {
    StringBuilder clean = new StringBuilder(value.length());
    value
        .codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? 0xfffd
                    : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
