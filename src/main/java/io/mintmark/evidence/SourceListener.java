package io.mintmark.evidence;

import java.time.Duration;

/** Hears of every attempt to get keys, for metrics; must not wait. */
public interface SourceListener {
  SourceListener NONE =
      new SourceListener() {
        @Override
        public void refreshed(String source, Duration took) {}

        @Override
        public void failed(String source, String error, Duration took) {}
      };

  /**
   * The keys are known to be good now.
   *
   * @param source whose keys: {@code trust domain "x"} or {@code issuer "x"}
   */
  void refreshed(String source, Duration took);

  void failed(String source, String error, Duration took);
}
