package io.mintmark.evidence.trust;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a test gives it. */
final class FakeReviewer implements Reviewer {
  final List<Question> asked = new ArrayList<>();
  @Nullable Review known;
  Review answer = new Review.Unavailable("the API server gave no answer in time");
  boolean closed;

  @Override
  public @Nullable Review known(String sha256, Instant now) {
    return known;
  }

  @Override
  public Review review(Question question, Instant now) {
    asked.add(question);
    return answer;
  }

  @Override
  public void close() {
    closed = true;
  }
}
