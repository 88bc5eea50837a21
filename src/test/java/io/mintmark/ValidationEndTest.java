package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Callers;
import io.mintmark.api.Networks;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.documents.DocumentSet;
import io.mintmark.kubernetes.policy.ClusterView;
import io.mintmark.kubernetes.policy.Validation;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reviews where no thread can be made for one. */
class ValidationEndTest {
  private static final InetAddress API_SERVER = InetAddress.ofLiteral("10.0.0.1");

  private final Deque<Runnable> turns = new ArrayDeque<>();
  private boolean none;
  private final ValidationEnd end =
      new ValidationEnd(
          new Validation(
              () -> new DocumentSet(List.of(), (document, pointer, path) -> new byte[0], "none"),
              () -> ClusterView.NONE,
              (documents, issuer, trust) -> {}),
          new Callers(Networks.NONE),
          task -> {
            if (none) {
              throw new OutOfMemoryError("unable to create native thread");
            }
            turns.add(task);
          });

  /** Or each later one would be answered only when another comes after it. */
  @Test
  void aReviewWithoutAThreadIsAnsweredAndTakesNobodysTurn() {
    none = true;
    CompletableFuture<HttpAnswer> first = asked();
    assertThat(first).isCompletedWithValueMatching(answer -> answer.status() == 503);
    none = false;
    CompletableFuture<HttpAnswer> second = asked();
    turns.remove().run();
    assertThat(second).isCompletedWithValueMatching(answer -> answer.status() == 400);
  }

  private CompletableFuture<HttpAnswer> asked() {
    return end.reviewed(API_SERVER, new byte[] {'['}).toCompletableFuture();
  }
}
