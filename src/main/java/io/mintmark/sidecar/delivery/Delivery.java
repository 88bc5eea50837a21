package io.mintmark.sidecar.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** One way by which programs get credentials, at work. */
public interface Delivery {
  /** Begins; a port or path that cannot be had is an error that names it. */
  void start() throws IOException;

  /** Whether it holds something valid now. */
  boolean ready();

  /**
   * What a program that is run with it finds in its environment to use it; no secret. Asked for
   * when it is ready.
   */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** Lets go of what its plan holds; those who are served already are served on. */
  default void release() {}

  /** Variables that such a program must not inherit, since it would prefer them to those. */
  default Set<String> displaced() {
    return Set.of();
  }

  /**
   * Takes no more callers, lets those who are served end within the time, and leaves nothing open.
   */
  void stop(Duration grace);
}
