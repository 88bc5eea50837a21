package io.mintmark;

import io.mintmark.api.Callers;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.Endpoint;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Routes;
import io.mintmark.cli.policy.TrustCheck;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.kubernetes.policy.Validation;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * {@code POST /kubernetes/validate}: the webhook that API servers ask before they store a custom
 * resource. Where it does not answer, the failure policy of its configuration decides.
 */
final class ValidationEnd implements Endpoint {
  static final String PATH = "/kubernetes/validate";

  /**
   * An object and what it was, each of which API servers take up to 1.5 MiB of with all they add.
   */
  private static final int MAX_BODY = 4 << 20;

  private static final int AT_ONCE = 2;

  /** Of 256 KiB each. */
  private static final int PLACES = 64;

  private static final Map<String, String> JSON =
      Map.of("Content-Type", "application/json", "Cache-Control", "no-store");

  private final Validation validation;
  private final Callers callers;
  private final ReviewQueue<Review> waiting = new ReviewQueue<>(PLACES);

  /**
   * Threads of their own: a review takes a processor while it lasts, and exchanges that wait share
   * theirs.
   */
  private final Executor executor;

  /** One that waits. */
  private static final class Review {
    private final byte[] body;
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

    Review(byte[] body) {
      this.body = body;
    }
  }

  ValidationEnd(Validation validation, Callers callers) {
    this(
        validation,
        callers,
        Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("policy-review-", 1).factory()));
  }

  ValidationEnd(Validation validation, Callers callers, Executor executor) {
    this.validation = validation;
    this.callers = callers;
    this.executor = executor;
  }

  void addTo(Routes routes) {
    routes.post(PATH, "application/json", MAX_BODY, this);
  }

  @Override
  public CompletionStage<HttpAnswer> answer(Call call) {
    InetAddress source;
    try {
      source = call.caller(callers).source();
    } catch (Refusal refusal) {
      return CompletableFuture.completedStage(HttpAnswer.plain(400, refusal.detail()));
    }
    return reviewed(source, call.body());
  }

  CompletionStage<HttpAnswer> reviewed(InetAddress source, byte[] body) {
    Review review = new Review(body);
    List<Review> refused = waiting.add(source, review, review.body.length);
    for (Review one : refused) {
      one.answer.complete(
          HttpAnswer.plain(429, "too many reviews at once of this address")
              .with("Retry-After", "1"));
    }
    if (refused.isEmpty()) {
      // else a turn is left of those that give way
      begin(review);
    }
    return review.answer;
  }

  private void begin(Review review) {
    try {
      executor.execute(this::next);
    } catch (OutOfMemoryError noThread) {
      // it has its place until the next turn, which ends with nobody waiting
      review.answer.complete(
          HttpAnswer.plain(503, "there is no thread for a review").with("Retry-After", "1"));
    }
  }

  /** All whose turn it is; there is nobody where another thread was faster. */
  private void next() {
    Review review;
    while ((review = waiting.next()) != null) {
      try {
        if (!review.answer.isDone()) {
          review.answer.complete(answer(review.body));
        }
      } catch (RuntimeException | Error bug) {
        review.answer.completeExceptionally(bug);
      }
    }
  }

  private HttpAnswer answer(byte[] body) {
    return switch (validation.answer(body)) {
      case Validation.Answer.Reviewed(byte[] json) -> new HttpAnswer(200, JSON, json);
      case Validation.Answer.Malformed(String sentence) -> HttpAnswer.plain(400, sentence);
    };
  }

  /** Compiles as {@code policy check} does, and puts nothing in force. */
  static void check(DocumentSet documents, PolicyContext context, boolean trust)
      throws DocumentErrors {
    if (Policy.compile(documents, context) instanceof Compilation.Rejected(var problems)) {
      throw new DocumentErrors(problems);
    }
    if (trust
        && TrustCheck.compile(documents, context)
            instanceof TrustCompilation.Broken(var problems)) {
      throw new DocumentErrors(problems);
    }
  }
}
