package io.mintmark.evidence;

import java.io.IOException;
import java.time.Instant;

/** Keeps the last good keys of each source over a restart. */
public interface LastGood {
  /** Keeps nothing. */
  LastGood NONE =
      new LastGood() {
        @Override
        public Found load(String place) {
          return new Nothing();
        }

        @Override
        public void save(String place, Kept kept) {}

        @Override
        public String whereabouts(String place) {
          return "what was kept";
        }
      };

  /** What was kept for a place. */
  sealed interface Found {}

  /** Nothing ever was, or an operator deleted it. */
  record Nothing() implements Found {}

  /** Something was, and it cannot be read or believed; why is in the log. */
  record Unusable() implements Found {}

  /**
   * What was kept.
   *
   * @param fetchedAt when these keys were known to be good
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Kept(Instant fetchedAt, byte[] bytes) implements Found {}

  /**
   * Looks for what was kept.
   *
   * @param place names whose keys these are and where they came from, so that keys never outlive a
   *     change of either
   */
  Found load(String place);

  void save(String place, Kept kept) throws IOException;

  /** What an operator deletes while the broker is stopped, to have it forget; for messages. */
  String whereabouts(String place);
}
