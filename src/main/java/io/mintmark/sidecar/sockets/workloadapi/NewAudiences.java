package io.mintmark.sidecar.sockets.workloadapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how often a JWT-SVID for audiences not seen lately can be asked for. The attack: a program
 * that invents audiences and makes each one a request to the broker.
 */
final class NewAudiences {
  private static final int REMEMBERED = 128;
  private static final int BURST = 64;
  private static final long NANOS_EACH = TimeUnit.MILLISECONDS.toNanos(200);

  private final LongSupplier nanos;
  private final Map<List<String>, Boolean> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long fullAt;

  /**
   * @param nanos a clock that never jumps, as {@link System#nanoTime()}
   */
  NewAudiences(LongSupplier nanos) {
    this.nanos = nanos;
    this.fullAt = nanos.getAsLong();
  }

  /** Whether these may be asked for now. */
  synchronized boolean admit(List<String> audiences) {
    if (seen.get(audiences) != null) {
      return true;
    }
    long now = nanos.getAsLong();
    if (fullAt - now < 0) {
      fullAt = now;
    }
    if (fullAt - now > (BURST - 1) * NANOS_EACH) {
      return false;
    }
    fullAt += NANOS_EACH;
    seen.put(audiences, true);
    return true;
  }
}
