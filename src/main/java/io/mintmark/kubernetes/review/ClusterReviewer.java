package io.mintmark.kubernetes.review;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.kubernetes.review.ReviewListener.Outcome;
import io.mintmark.kubernetes.review.Shares.Share;
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
 * from exchanges that have nothing to do with it, and of those only a part for one service account.
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
  // apart from the answers, which a flood of them would push out
  private final Answers crowded = new Answers(MOST_KEPT);
  private final Map<String, CompletableFuture<Review>> underWay = new ConcurrentHashMap<>();
  private final Semaphore calls;
  private final Semaphore waiting;
  private final Shares shares;
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
    this.shares = new Shares(limits);
  }

  @Override
  public @Nullable Review known(String sha256, Instant now) {
    // an exchange that began under an earlier policy may still hold a reviewer that was closed
    if (closed) {
      return new Review.Unavailable("the policy has changed meanwhile");
    }
    Review answer = answers.fresh(sha256, now);
    return answer == null ? crowded.fresh(sha256, now) : answer;
  }

  @Override
  public Review review(Question question, Instant now) {
    Review known = known(question.sha256(), now);
    if (known != null) {
      switch (outcome(known)) {
        case CONFIRMED, REJECTED -> listener.remembered(issuer);
        case CROWDED, UNAVAILABLE -> {}
      }
      return known;
    }
    Share share = shares.take(question.facts());
    if (share == null) {
      Review refused = new Review.Crowded("too many tokens of this service account wait");
      crowded.keep(question.sha256(), refused, clock.instant());
      listener.reviewed(issuer, Outcome.CROWDED, 0);
      return refused;
    }
    try {
      return waited(question, share);
    } finally {
      shares.giveBack(share);
    }
  }

  private Review waited(Question question, Share share) {
    if (!waiting.tryAcquire()) {
      return new Review.Unavailable("too many tokens wait for the API server");
    }
    try {
      Deadline deadline = Deadline.in(limits.patience());
      CompletableFuture<Review> mine = new CompletableFuture<>();
      CompletableFuture<Review> first = underWay.putIfAbsent(question.sha256(), mine);
      if (first != null) {
        return awaited(first, deadline);
      }
      // whoever asked before may have been answered since we looked
      Review known = answers.fresh(question.sha256(), clock.instant());
      if (known != null) {
        underWay.remove(question.sha256(), mine);
        mine.complete(known);
        return known;
      }
      return answered(question, share, mine, deadline);
    } finally {
      waiting.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    server.close();
  }

  private Review answered(
      Question question, Share share, CompletableFuture<Review> mine, Deadline deadline) {
    Review review = new Review.Unavailable("asking the API server failed unexpectedly");
    long began = System.nanoTime();
    try {
      review = asked(question, share, deadline);
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

  private Review asked(Question question, Share share, Deadline deadline) {
    boolean mine = false;
    boolean may = false;
    try {
      mine = share.calls.tryAcquire(deadline.left(), TimeUnit.NANOSECONDS);
      if (!mine) {
        return new Review.Crowded(
            "too many tokens of this service account were asked about at once");
      }
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
      if (mine) {
        share.calls.release();
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
      case Review.Crowded _ -> Outcome.CROWDED;
      case Review.Unavailable _ -> Outcome.UNAVAILABLE;
    };
  }
}
