package io.mintmark.documents;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Words for messages. */
public final class Texts {
  private static final int MAX_SHOWN = 120;
  private static final int MAX_COMPARED = 64;

  private Texts() {}

  /** Bounded, on one line, and with nothing in it that a terminal would obey. */
  public static String printable(@Nullable String text) {
    if (text == null) {
      return "";
    }
    int end = Math.min(text.length(), MAX_SHOWN);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--; // half a character is none
    }
    StringBuilder shown = new StringBuilder(end + 1);
    text.substring(0, end)
        .codePoints()
        .forEach(point -> shown.appendCodePoint(isShown(point) ? point : ' '));
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }

  private static boolean isShown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  /** The candidate that a writer most likely meant. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    if (word.length() > MAX_COMPARED) {
      return Optional.empty();
    }
    int limit = word.length() < 4 ? 1 : Math.max(2, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(word, candidate) <= limit)
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's distance, letters compared without case. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int change = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
