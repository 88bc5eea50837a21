package io.mintmark.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks where no thread can be made, as where others have used up the processes of a pod. */
class DaemonBackgroundTest {
  private final AtomicInteger missing = new AtomicInteger(1);
  private final List<Runnable> failed = new ArrayList<>();
  private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
  private final Background background =
      new DaemonBackground(
          task ->
              new Thread(task) {
                @Override
                public void start() {
                  if (missing.getAndDecrement() > 0) {
                    failed.add(task);
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                  super.start();
                }
              });

  @AfterEach
  void close() {
    background.close();
  }

  @Test
  void aTaskIsRunOnceThereIsAThreadAndOnlyOnce() throws InterruptedException {
    background.run(() -> done.add("now"));
    assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("now");
    failed.forEach(Runnable::run); // which the JDK does in the end
    assertThat(done).isEmpty();
  }

  @Test
  void soIsOneThatWasDueMeanwhile() throws InterruptedException {
    var _ = background.later(Duration.ofMillis(1), () -> done.add("later"));
    assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("later");
  }
}
