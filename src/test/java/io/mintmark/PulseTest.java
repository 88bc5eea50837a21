package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whether virtual threads are still run. */
class PulseTest {
  @Test
  void anyTaskThatIsRunMakesUpForThoseThatWereNot() throws InterruptedException {
    CountDownLatch run = new CountDownLatch(1);
    Runnable[] last = new Runnable[1];
    Pulse pulse = new Pulse(task -> last[0] = task);
    for (int i = 0; i < 7; i++) {
      pulse.beat();
    }
    assertThat(pulse.isLost()).isTrue();
    Thread.ofVirtual()
        .start(
            () -> {
              last[0].run();
              run.countDown();
            });
    run.await();
    assertThat(pulse.isLost()).isFalse();
  }

  @Test
  void whereNoThreadCanBeMadeItIsLostInTheEndAndThrowsNothing() {
    Pulse pulse =
        new Pulse(
            _ -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    for (int i = 0; i < 6; i++) {
      pulse.beat();
      assertThat(pulse.isLost()).isFalse();
    }
    pulse.beat();
    assertThat(pulse.isLost()).isTrue();
  }
}
