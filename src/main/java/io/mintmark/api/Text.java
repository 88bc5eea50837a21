package io.mintmark.api;

/** Makes what strangers sent fit to stand in a message. */
public final class Text {
  private static final int MAX_SHOWN = 64;

  private Text() {}

  /** At most 64 characters, without control characters and line separators. */
  public static String shown(String text) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_SHOWN));
    for (int i = 0; i < text.length() && shown.length() < MAX_SHOWN; i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return shown.toString();
  }
}
