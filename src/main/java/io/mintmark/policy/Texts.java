package io.mintmark.policy;

import io.mintmark.workload.Characters;
import java.time.Duration;

/** Words for messages. */
final class Texts {
  private Texts() {}

  /** Bounded, on one line, and with nothing in it that a terminal would obey. */
  static String shown(String text, int limit) {
    return Characters.shown(text, limit);
  }

  /** {@code 5m}, {@code 90s}, as documents have it. */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds > 0 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds > 0 && seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
