package io.mintmark.evidence;

import java.time.Duration;

/** Hears of every attempt to get keys, for metrics; must not wait. */
public interface SourceListener {
  SourceListener NONE =
      new SourceListener() {
        @Override
        public void refreshed(KeyHolder holder, Duration took) {}

        @Override
        public void failed(KeyHolder holder, String error, Duration took) {}
      };

  /**
   * The keys are known to be good now.
   *
   * @param holder whose keys
   */
  void refreshed(KeyHolder holder, Duration took);

  void failed(KeyHolder holder, String error, Duration took);
}
