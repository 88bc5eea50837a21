package io.mintmark.evidence;

import io.mintmark.workload.Reason;
import java.time.Instant;
import java.util.Map;

/** What a platform said of a token when it was asked. The details hold no token. */
public sealed interface Review {
  /**
   * The platform honours the token.
   *
   * @param attributes what else it told of the workload; values are those of {@link Platform.Facts}
   * @param at when it said so
   */
  record Confirmed(Map<String, Object> attributes, Instant at) implements Review {
    public Confirmed {
      attributes = Map.copyOf(attributes);
    }
  }

  /** The platform does not honour it, or knows it as somebody else's. */
  record Rejected(Reason reason, String detail) implements Review {}

  /** The platform was not asked: too much is asked about this workload at once. */
  record Crowded(String detail) implements Review {}

  /** The platform gave no answer that can be used, in the time that there was. */
  record Unavailable(String detail) implements Review {}
}
