package io.mintmark.kubernetes.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is remembered, for how long, and how many may ask at once. */
class ClusterReviewerTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private Instant now = START;
  private final AtomicInteger asked = new AtomicInteger();
  private final Map<String, Integer> heard = new ConcurrentHashMap<>();
  private volatile Asked answer = question -> new Review.Confirmed(Map.of(), START);

  @FunctionalInterface
  private interface Asked {
    Review answer(Reviewer.Question question) throws NoAnswer;
  }

  private final Asking server =
      new Asking() {
        @Override
        public Review ask(Reviewer.Question question, Deadline deadline) throws NoAnswer {
          asked.incrementAndGet();
          return answer.answer(question);
        }

        @Override
        public void close() {}
      };

  private final ReviewListener listener =
      new ReviewListener() {
        @Override
        public void reviewed(String issuer, Outcome outcome, long nanos) {
          heard.merge(outcome.name(), 1, Integer::sum);
        }

        @Override
        public void remembered(String issuer) {
          heard.merge("REMEMBERED", 1, Integer::sum);
        }
      };

  private ClusterReviewer reviewer(int calls, int waiting, Duration patience) {
    return new ClusterReviewer(
        "https://cluster.example.org",
        server,
        listener,
        () -> now,
        new ClusterReviewer.Limits(calls, waiting, patience));
  }

  private ClusterReviewer reviewer() {
    return reviewer(16, 96, Duration.ofSeconds(30));
  }

  private static Reviewer.Question question(String sha256) {
    return question("account of " + sha256, sha256);
  }

  private static Reviewer.Question question(String account, String sha256) {
    return new Reviewer.Question(
        "a.b.c", sha256, "aud", Map.of("namespace", "payments", "serviceaccount", account));
  }

  private Review review(ClusterReviewer reviewer) {
    return reviewer.review(question("00"), now);
  }

  @Test
  void aYesIsBelievedForFiveSecondsAndNoLonger() {
    ClusterReviewer reviewer = reviewer();
    assertThat(review(reviewer)).isInstanceOf(Review.Confirmed.class);
    answer = question -> new Review.Rejected(Reason.EVIDENCE_REVOKED, "gone");
    now = START.plusMillis(4_999);
    assertThat(review(reviewer)).isInstanceOf(Review.Confirmed.class);
    now = START.plusSeconds(5);
    assertThat(review(reviewer)).isInstanceOf(Review.Rejected.class);
    assertThat(asked).hasValue(2);
    assertThat(heard)
        .containsOnly(
            Map.entry("CONFIRMED", 1), Map.entry("REMEMBERED", 1), Map.entry("REJECTED", 1));
  }

  @Test
  void aClockThatIsSetBackMakesNoAnswerLast() {
    ClusterReviewer reviewer = reviewer();
    review(reviewer);
    now = START.minusSeconds(3600);
    assertThat(reviewer.known("00", now)).isNull();
  }

  @Test
  void aNoIsRememberedToo() {
    ClusterReviewer reviewer = reviewer();
    answer = question -> new Review.Rejected(Reason.EVIDENCE_REVOKED, "gone");
    review(reviewer);
    review(reviewer);
    assertThat(asked).hasValue(1);
  }

  @Test
  void silenceIsRememberedForASecond() {
    ClusterReviewer reviewer = reviewer();
    answer =
        question -> {
          throw new NoAnswer("the API server cannot be reached");
        };
    assertThat(review(reviewer))
        .isEqualTo(new Review.Unavailable("the API server cannot be reached"));
    review(reviewer);
    assertThat(asked).hasValue(1);
    now = START.plusSeconds(1);
    review(reviewer);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aBugIsNoYes() {
    answer =
        question -> {
          throw new IllegalStateException("a.b.c");
        };
    assertThat(review(reviewer()))
        .isEqualTo(new Review.Unavailable("asking the API server failed unexpectedly"));
  }

  @Test
  void whatIsKnownOfOneTokenSaysNothingOfAnother() {
    ClusterReviewer reviewer = reviewer();
    review(reviewer);
    assertThat(reviewer.known("01", now)).isNull();
  }

  @Test
  void aReviewerThatWasClosedSaysYesToNobody() {
    ClusterReviewer reviewer = reviewer();
    review(reviewer);
    reviewer.close();
    assertThat(reviewer.known("00", now)).isInstanceOf(Review.Unavailable.class);
    assertThat(review(reviewer)).isInstanceOf(Review.Unavailable.class);
  }

  @Test
  void manyWhoShowTheSameTokenAskOnce() throws Exception {
    ClusterReviewer reviewer = reviewer(16, 160, Duration.ofSeconds(30));
    CountDownLatch hold = new CountDownLatch(1);
    answer = question -> held(hold);
    List<CompletableFuture<Review>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(inBackground(() -> review(reviewer)));
    }
    hold.countDown();
    for (CompletableFuture<Review> one : all) {
      assertThat(one.get()).isInstanceOf(Review.Confirmed.class);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void noMoreThanTheBoundAskAtOnceAndTheOthersWaitTheirTurn() throws Exception {
    ClusterReviewer reviewer = reviewer(2, 96, Duration.ofSeconds(30));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    answer =
        question -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          Thread.yield();
          inside.decrementAndGet();
          return new Review.Confirmed(Map.of(), START);
        };
    List<CompletableFuture<Review>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String sha256 = Integer.toString(i);
      all.add(inBackground(() -> reviewer.review(question(sha256), now)));
    }
    for (CompletableFuture<Review> one : all) {
      assertThat(one.get()).isInstanceOf(Review.Confirmed.class);
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void aServerThatHangsTakesOnlyItsShareOfThoseWhoWait() throws Exception {
    ClusterReviewer reviewer = reviewer(1, 1, Duration.ofSeconds(30));
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    answer =
        question -> {
          inside.countDown();
          return held(hold);
        };
    var first = inBackground(() -> reviewer.review(question("1"), now));
    inside.await();
    assertThat(reviewer.review(question("2"), now))
        .isEqualTo(new Review.Unavailable("too many tokens wait for the API server"));
    hold.countDown();
    assertThat(first.get()).isInstanceOf(Review.Confirmed.class);
  }

  @Test
  void whoMakesManyTokensForOneAccountKeepsNoOtherAccountOut() throws Exception {
    ClusterReviewer reviewer = reviewer();
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(2);
    AtomicInteger flooding = new AtomicInteger();
    answer =
        question -> {
          if (!"flood".equals(question.facts().get("serviceaccount"))) {
            return new Review.Confirmed(Map.of(), START);
          }
          flooding.incrementAndGet();
          inside.countDown();
          return held(hold);
        };
    List<CompletableFuture<Review>> all = new ArrayList<>();
    for (int i = 0; i < 12 + 84; i++) {
      String sha256 = Integer.toString(i);
      all.add(inBackground(() -> reviewer.review(question("flood", sha256), now)));
    }
    inside.await();
    // an eighth of 96 waits, all others were refused at once
    for (int i = 0; i < 84; i++) {
      assertThat(firstDone(all))
          .isEqualTo(new Review.Crowded("too many tokens of this service account wait"));
    }
    assertThat(reviewer.review(question("flood", "one more"), now))
        .isInstanceOf(Review.Crowded.class);
    assertThat(reviewer.known("one more", now)).isInstanceOf(Review.Crowded.class);
    assertThat(reviewer.review(question("orders", "another's"), now))
        .isInstanceOf(Review.Confirmed.class);
    assertThat(flooding).as("an eighth of 16 calls").hasValue(2);
    hold.countDown();
    for (CompletableFuture<Review> one : all) {
      assertThat(one.get()).isInstanceOf(Review.Confirmed.class);
    }
    now = START.plusSeconds(1);
    assertThat(reviewer.review(question("flood", "one more"), now))
        .isInstanceOf(Review.Confirmed.class);
    assertThat(heard).containsEntry("CROWDED", 85);
  }

  @Test
  void whoseAccountHasItsCallsIsToldSoAndNotThatTheServerIsAway() throws Exception {
    ClusterReviewer reviewer = reviewer(8, 96, Duration.ofMillis(200));
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    answer =
        question -> {
          inside.countDown();
          return held(hold);
        };
    var first = inBackground(() -> reviewer.review(question("flood", "1"), now));
    inside.await();
    assertThat(reviewer.review(question("flood", "2"), now))
        .isEqualTo(
            new Review.Crowded("too many tokens of this service account were asked about at once"));
    assertThat(heard).containsOnlyKeys("CROWDED");
    hold.countDown();
    first.get();
  }

  @Test
  void aFloodOfRefusalsPushesOutNoAnswer() throws Exception {
    ClusterReviewer reviewer = reviewer(1, 8, Duration.ofSeconds(30));
    reviewer.review(question("orders", "kept"), now);
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    answer =
        question -> {
          inside.countDown();
          return held(hold);
        };
    var first = inBackground(() -> reviewer.review(question("flood", "first"), now));
    inside.await();
    for (int i = 0; i < 5_000; i++) {
      reviewer.review(question("flood", Integer.toString(i)), now);
    }
    assertThat(reviewer.known("kept", now)).isInstanceOf(Review.Confirmed.class);
    hold.countDown();
    first.get();
  }

  @Test
  void whoWaitsForAnothersAnswerWaitsNoLongerThanHisOwnDeadline() throws Exception {
    ClusterReviewer reviewer = reviewer(1, 96, Duration.ofMillis(200));
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    answer =
        question -> {
          inside.countDown();
          return held(hold);
        };
    var first = inBackground(() -> review(reviewer));
    inside.await();
    assertThat(review(reviewer))
        .isEqualTo(new Review.Unavailable("the API server gave no answer in time"));
    assertThat(reviewer.review(question("other"), now))
        .isEqualTo(new Review.Unavailable("too many tokens were asked about at once"));
    hold.countDown();
    first.get();
  }

  @Test
  void oldAnswersMakeRoom() {
    Answers answers = new Answers(3);
    for (int i = 0; i < 10; i++) {
      answers.keep(Integer.toString(i), new Review.Confirmed(Map.of(), START), START);
    }
    assertThat(answers.size()).isEqualTo(3);
    assertThat(answers.fresh("9", START)).isNotNull();
    assertThat(answers.fresh("0", START)).isNull();
    answers.keep("late", new Review.Confirmed(Map.of(), START), START.plusSeconds(9));
    assertThat(answers.size()).isEqualTo(1);
  }

  private static Review firstDone(List<CompletableFuture<Review>> all) throws Exception {
    Object[] done = {CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new)).get()};
    all.removeIf(one -> one.isDone() && one.getNow(null) == done[0]);
    return (Review) done[0];
  }

  private static Review held(CountDownLatch hold) {
    try {
      hold.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return new Review.Confirmed(Map.of(), START);
  }

  private static CompletableFuture<Review> inBackground(
      java.util.function.Supplier<Review> reviewed) {
    CompletableFuture<Review> done = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> done.complete(reviewed.get()));
    return done;
  }
}
