package io.mintmark.kubernetes.review;

import io.mintmark.evidence.Review;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the last seconds by the hash of the token, the yes and the no. The oldest go first
 * where there are too many.
 */
final class Answers {
  /** Beside the ten seconds for which the API server itself believes what it said. */
  static final Duration KEPT = Duration.ofSeconds(5);

  /** So that a server that is away is not asked again by each who waits for it. */
  static final Duration SILENCE_KEPT = Duration.ofSeconds(1);

  private final int most;
  private final Map<String, Kept> byHash = new LinkedHashMap<>();

  private record Kept(Review review, Instant at) {
    boolean isFresh(Instant now) {
      Duration kept =
          switch (review) {
            case Review.Confirmed _, Review.Rejected _ -> KEPT;
            case Review.Crowded _, Review.Unavailable _ -> SILENCE_KEPT;
          };
      // a clock that was set back must not make an answer last
      return now.isBefore(at.plus(kept)) && !now.plus(KEPT).isBefore(at);
    }
  }

  Answers(int most) {
    this.most = most;
  }

  synchronized @Nullable Review fresh(String sha256, Instant now) {
    Kept kept = byHash.get(sha256);
    return kept != null && kept.isFresh(now) ? kept.review() : null;
  }

  synchronized void keep(String sha256, Review review, Instant at) {
    byHash.remove(sha256);
    byHash.put(sha256, new Kept(review, at));
    Iterator<Kept> oldest = byHash.values().iterator();
    while (oldest.hasNext()) {
      if (oldest.next().isFresh(at) && byHash.size() <= most) {
        return;
      }
      oldest.remove();
    }
  }

  synchronized int size() {
    return byHash.size();
  }
}
