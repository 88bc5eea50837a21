package io.mintmark.sidecar.files;

import java.time.Duration;

/** Pauses that double from one second to one minute. */
final class Retry {
  private static final int MAX_DOUBLINGS = 6;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private int failures;

  synchronized Duration failed() {
    Duration pause = Duration.ofSeconds(1L << Math.min(failures++, MAX_DOUBLINGS));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }

  synchronized void succeeded() {
    failures = 0;
  }
}
