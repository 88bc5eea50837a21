package io.mintmark.kubernetes.review;

import java.time.Duration;

/** When a question must be answered, whatever it takes on the way. */
record Deadline(long nanoTime) {
  static Deadline in(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos());
  }

  /** Nanoseconds that are left; not positive once it is over. */
  long left() {
    return nanoTime - System.nanoTime();
  }
}
