package io.mintmark.kubernetes.review;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;

/** Puts one question to an API server. */
interface Asking extends AutoCloseable {
  /** Waits no longer than the deadline; never {@link Review.Unavailable}, which is an exception. */
  Review ask(Reviewer.Question question, Deadline deadline) throws NoAnswer;

  @Override
  void close();
}
