package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where others used up the processes of a pod or a user, no thread can be made for a while. */
class ThreadsTest {
  private final AtomicBoolean none = new AtomicBoolean(true);
  private final ThreadFactory factory =
      task -> {
        if (none.get()) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        return new Thread(task);
      };

  @Test
  void whatThereIsNoThreadForIsRefusedAndNotRunLater() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch last = new CountDownLatch(1);
    try (ExecutorService pool =
        Threads.pool(2, 10, new ThreadPoolExecutor.AbortPolicy(), factory)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> pool.execute(ran::incrementAndGet))
            .isInstanceOf(RejectedExecutionException.class);
      }
      none.set(false);
      pool.execute(last::countDown);
      assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ran).hasValue(0);
  }

  /** A stream whose end nobody is told of is never opened again. */
  @Test
  void whatWaitsForNoRefusalHasItsThreadsFromTheStart() {
    try (Threads threads = Threads.start(InstantSource.system())) {
      ThreadPoolExecutor calls = (ThreadPoolExecutor) threads.calls();
      assertThat(calls.getPoolSize()).isEqualTo(calls.getMaximumPoolSize());
      assertThat(calls.allowsCoreThreadTimeOut()).isFalse();
    }
  }
}
