package io.mintmark.kubernetes.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Requests named twice, too often, again while they are served, and those that fail. */
class WorkQueueTest {
  private final WorkQueue queue =
      new WorkQueue(3, 2, Duration.ofMillis(1), Duration.ofMillis(4), new SplittableRandom(1));

  @Test
  void whatIsNamedOftenIsServedOnce() throws InterruptedException {
    queue.offer("a");
    queue.offer("a");
    assertThat(queue.take()).isEqualTo("a");
    queue.done("a");
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatIsNamedWhileItIsServedIsServedOnceMore() throws InterruptedException {
    queue.offer("a");
    queue.take();
    queue.offer("a");
    queue.offer("a");
    queue.done("a");
    assertThat(queue.take()).isEqualTo("a");
    queue.done("a");
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatFindsNoPlaceIsForgottenUntilItIsNamedAgain() throws InterruptedException {
    assertThat(queue.offer("x/a") && queue.offer("b") && queue.offer("c")).isTrue();
    assertThat(queue.offer("y/d")).isFalse();
    queue.done(queue.take());
    assertThat(queue.offer("y/d")).isTrue();
    assertThat(queue.size()).isEqualTo(3);
  }

  @Test
  void whatFailsComesBackAndHoldsNobodyUp() throws InterruptedException {
    queue.offer("a");
    for (int i = 0; i < 10; i++) {
      assertThat(queue.take()).isEqualTo("a");
      queue.later("a");
    }
    queue.offer("b");
    String next = queue.take();
    queue.done(next);
    assertThat(queue.take()).isNotEqualTo(next);
  }

  @Test
  void aNamespaceThatWaitsForMuchKeepsNoOtherOut() throws InterruptedException {
    assertThat(queue.offer("a/1") && queue.offer("a/2")).isTrue();
    assertThat(queue.offer("a/3")).isFalse();
    assertThat(queue.offer("b/1")).isTrue();
    String first = queue.take();
    queue.done(first);
    queue.done(first);
    assertThat(queue.offer("a/3")).isTrue();
    assertThat(queue.offer("a/4")).isFalse();
  }

  @Test
  void aLongPauseEndsWhenItIsSaid() throws InterruptedException {
    queue.offer("a");
    queue.later(queue.take(), Duration.ofDays(1));
    queue.offer("b");
    assertThat(queue.take()).isEqualTo("b");
    queue.wake();
    assertThat(queue.take()).isEqualTo("a");
    queue.wake();
    queue.done("a");
    assertThat(queue.waited("a")).isZero();
    assertThat(queue.waited("b")).isPositive();
  }
}
