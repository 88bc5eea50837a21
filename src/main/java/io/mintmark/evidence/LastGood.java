package io.mintmark.evidence;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps the last good keys of each source over a restart. */
public interface LastGood {
  /** Keeps nothing. */
  LastGood NONE =
      new LastGood() {
        @Override
        public @Nullable Kept load(String place) {
          return null;
        }

        @Override
        public void save(String place, Kept kept) {}

        @Override
        public String whereabouts(String place) {
          return "what was kept";
        }
      };

  /**
   * What was kept.
   *
   * @param fetchedAt when these keys were known to be good
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Kept(Instant fetchedAt, byte[] bytes) {}

  /**
   * What was kept for a place; null where nothing was, or where it is damaged.
   *
   * @param place names whose keys these are and where they came from, so that keys never outlive a
   *     change of either
   */
  @Nullable Kept load(String place);

  void save(String place, Kept kept) throws IOException;

  /** What an operator deletes while the broker is stopped, to have it forget; for messages. */
  String whereabouts(String place);
}
