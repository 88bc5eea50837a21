package io.mintmark.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Port: makes the reviewers that documents describe; one is made for each origin, and closed when
 * no document names it any more.
 */
@FunctionalInterface
public interface Reviewers {
  /** Where nobody can be asked: whoever must be reviewed is refused. */
  Reviewers NONE = origin -> new Nobody();

  /** Throws {@link IllegalArgumentException} with a sentence for the document's author. */
  Reviewer open(ReviewOrigin origin);

  /** Gives no answer. */
  final class Nobody implements Reviewer {
    private static final Review NO_ANSWER = new Review.Unavailable("nobody is asked here");

    private Nobody() {}

    @Override
    public @Nullable Review known(String sha256, Instant now) {
      return NO_ANSWER;
    }

    @Override
    public Review review(Question question, Instant now) {
      return NO_ANSWER;
    }

    @Override
    public void close() {}
  }
}
