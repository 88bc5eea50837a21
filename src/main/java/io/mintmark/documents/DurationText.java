package io.mintmark.documents;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A duration as documents write it: a whole number and one of {@code s m h d}. */
public final class DurationText {
  private static final int MAX_DIGITS = 9;

  private DurationText() {}

  /** Null where it is none, or longer than nine digits. */
  public static @Nullable Duration parse(String text) {
    int digits = text.length() - 1;
    if (digits < 1
        || digits > MAX_DIGITS
        || !text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    long amount = Long.parseLong(text, 0, digits, 10);
    return switch (text.charAt(digits)) {
      case 's' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      case 'd' -> Duration.ofDays(amount);
      default -> null;
    };
  }
}
