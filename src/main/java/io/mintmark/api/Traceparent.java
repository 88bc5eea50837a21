package io.mintmark.api;

import org.jspecify.annotations.Nullable;

/** The {@code traceparent} header (W3C Trace Context section 3.2). */
final class Traceparent {
  private static final int LENGTH = 55;

  private Traceparent() {}

  /**
   * The header's value where it is a valid version 00 one; null otherwise, as the standard says.
   */
  static @Nullable String read(@Nullable String header) {
    if (header == null || header.length() != LENGTH || !header.startsWith("00-")) {
      return null;
    }
    boolean shaped =
        hex(header, 3, 35)
            && header.charAt(35) == '-'
            && hex(header, 36, 52)
            && header.charAt(52) == '-'
            && hex(header, 53, 55);
    return shaped && !zeros(header, 3, 35) && !zeros(header, 36, 52) ? header : null;
  }

  private static boolean hex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  private static boolean zeros(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}
