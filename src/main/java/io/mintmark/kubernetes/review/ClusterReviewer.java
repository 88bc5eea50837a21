package io.mintmark.kubernetes.review;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.kubernetes.review.ReviewListener.Outcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one API server, at most once at a time about each token, about few tokens at once, and never
 * longer than three seconds. Only so many may wait, so that a server that hangs takes no places
 * from exchanges that have nothing to do with it.
 */
final class ClusterReviewer implements Reviewer {
  private static final System.Logger LOG = System.getLogger(ClusterReviewer.class.getName());
  private static final int MOST_KEPT = 4096;

  private final String issuer;
  private final Asking server;
  private final ReviewListener listener;
  private final InstantSource clock;
  private final Limits limits;
  private final Answers answers = new Answers(MOST_KEPT);
  private final Map<String, CompletableFuture<Review>> underWay = new ConcurrentHashMap<>();
  private final Semaphore calls;
  private final Semaphore waiting;
  private volatile boolean closed;

  /**
   * Bounds.
   *
   * @param calls at once
   * @param waiting questions, those of the calls among them
   */
  record Limits(int calls, int waiting, Duration patience) {
    static final Limits DEFAULT = new Limits(16, 96, Duration.ofSeconds(3));
  }

  /**
   * @param issuer for the metrics
   */
  ClusterReviewer(
      String issuer, Asking server, ReviewListener listener, InstantSource clock, Limits limits) {
    this.issuer = issuer;
    this.server = server;
    this.listener = listener;
    this.clock = clock;
    this.limits = limits;
    this.calls = new Semaphore(limits.calls());
    this.waiting = new Semaphore(limits.waiting());
  }

  @Override
  public @Nullable Review known(String sha256, Instant now) {
    // an exchange that began under an earlier policy may still hold a reviewer that was closed
    return closed
        ? new Review.Unavailable("the policy has changed meanwhile")
        : answers.fresh(sha256, now);
  }

  @Override
  public Review review(Question question, Instant now) {
    Review known = known(question.sha256(), now);
    if (known != null) {
      if (!(known instanceof Review.Unavailable)) {
        listener.remembered(issuer);
      }
      return known;
    }
    if (!waiting.tryAcquire()) {
      return new Review.Unavailable("too many tokens wait for the API server");
    }
    try {
      Deadline deadline = Deadline.in(limits.patience());
      CompletableFuture<Review> mine = new CompletableFuture<>();
      CompletableFuture<Review> first = underWay.putIfAbsent(question.sha256(), mine);
      return first == null ? answered(question, mine, deadline) : awaited(first, deadline);
    } finally {
      waiting.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    server.close();
  }

  private Review answered(Question question, CompletableFuture<Review> mine, Deadline deadline) {
    Review review = new Review.Unavailable("asking the API server failed unexpectedly");
    long began = System.nanoTime();
    try {
      review = asked(question, deadline);
    } catch (RuntimeException bug) {
      // its message may hold what a server sent
      LOG.log(Level.ERROR, "asking an API server failed unexpectedly: {0}", bug.getClass());
    } finally {
      answers.keep(question.sha256(), review, clock.instant());
      underWay.remove(question.sha256(), mine);
      mine.complete(review);
      listener.reviewed(issuer, outcome(review), System.nanoTime() - began);
    }
    return review;
  }

  private Review asked(Question question, Deadline deadline) {
    boolean may = false;
    try {
      may = calls.tryAcquire(deadline.left(), TimeUnit.NANOSECONDS);
      return may
          ? server.ask(question, deadline)
          : new Review.Unavailable("too many tokens were asked about at once");
    } catch (NoAnswer none) {
      return new Review.Unavailable(none.sentence());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new Review.Unavailable("the broker stops");
    } finally {
      if (may) {
        calls.release();
      }
    }
  }

  private static Review awaited(CompletableFuture<Review> first, Deadline deadline) {
    try {
      return first.get(deadline.left(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException late) {
      // said below
    }
    return new Review.Unavailable("the API server gave no answer in time");
  }

  private static Outcome outcome(Review review) {
    return switch (review) {
      case Review.Confirmed _ -> Outcome.CONFIRMED;
      case Review.Rejected _ -> Outcome.REJECTED;
      case Review.Unavailable _ -> Outcome.UNAVAILABLE;
    };
  }
}
