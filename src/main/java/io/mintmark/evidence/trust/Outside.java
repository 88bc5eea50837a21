package io.mintmark.evidence.trust;

import io.mintmark.workload.Characters;
import org.jspecify.annotations.Nullable;

/** Text from outside, made fit for a message: bounded, and without characters that deceive. */
final class Outside {
  private static final int MAX_QUOTED = 128;
  private static final int MAX_ISSUER = 256;
  private static final int MAX_DETAIL = 1000;

  private Outside() {}

  static String quoted(String text) {
    return '"' + bounded(text, MAX_QUOTED) + '"';
  }

  static @Nullable String issuer(@Nullable String claimed) {
    return claimed == null ? null : bounded(claimed, MAX_ISSUER);
  }

  static String detail(String text) {
    return bounded(text, MAX_DETAIL);
  }

  /** At most {@code max} characters; control, format and unpaired characters become {@code ?}. */
  private static String bounded(String text, int max) {
    boolean cut = text.length() > max;
    StringBuilder clean = new StringBuilder(Math.min(text.length(), max));
    int end = cut ? max - 1 : text.length();
    for (int i = 0; i < end; ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (next > end) {
        break;
      }
      clean.appendCodePoint(Characters.isShown(c) ? c : '?');
      i = next;
    }
    return cut ? clean.append('…').toString() : clean.toString();
  }
}
