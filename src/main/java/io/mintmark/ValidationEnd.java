package io.mintmark;

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
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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
  private static final int WAITING = 16;
  private static final Map<String, String> JSON =
      Map.of("Content-Type", "application/json", "Cache-Control", "no-store");

  private final Validation validation;

  /**
   * Threads of their own: a review takes a processor while it lasts, and exchanges that wait share
   * theirs.
   */
  private final Executor executor =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("policy-review-", 1).factory());

  ValidationEnd(Validation validation) {
    this.validation = validation;
  }

  void addTo(Routes routes) {
    routes.post(PATH, "application/json", MAX_BODY, this);
  }

  @Override
  public CompletionStage<HttpAnswer> answer(Call call) {
    byte[] body = call.body();
    try {
      return CompletableFuture.supplyAsync(() -> answer(body), executor);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.completedStage(
          HttpAnswer.plain(503, "too many reviews at once").with("Retry-After", "1"));
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
