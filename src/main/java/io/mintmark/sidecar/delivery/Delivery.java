package io.mintmark.sidecar.delivery;

import java.io.IOException;
import java.time.Duration;

/** One way by which programs get credentials, at work. */
public interface Delivery {
  /** Begins; a port or path that cannot be had is an error that names it. */
  void start() throws IOException;

  /** Whether it holds something valid now. */
  boolean ready();

  /**
   * Takes no more callers, lets those who are served end within the time, and leaves nothing open.
   */
  void stop(Duration grace);
}
