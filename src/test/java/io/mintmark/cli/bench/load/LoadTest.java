package io.mintmark.cli.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTest {
  private final EventLoop loop = new DefaultEventLoop();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Answers after a while, on the loop as real ones do. */
  private final class Slow implements Caller {
    private final Duration after;
    private final @Nullable String failure;
    private final AtomicInteger underWay;
    private final AtomicInteger most;

    Slow(Duration after, @Nullable String failure, AtomicInteger underWay, AtomicInteger most) {
      this.after = after;
      this.failure = failure;
      this.underWay = underWay;
      this.most = most;
    }

    @Override
    public void ask(Ended ended) {
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      loop.schedule(
          () -> {
            underWay.decrementAndGet();
            ended.with(failure);
          },
          after.toNanos(),
          TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {}
  }

  private final AtomicInteger most = new AtomicInteger();

  private List<Caller> callers(int count, Duration after, @Nullable String failure) {
    AtomicInteger underWay = new AtomicInteger();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      callers.add(new Slow(after, failure, underWay, most));
    }
    return callers;
  }

  @Test
  void inAClosedLoopEachCallerHasOneRequestUnderWay() throws Exception {
    Measured measured =
        Load.run(loop, callers(3, Duration.ofMillis(1), null), 0, Duration.ofMillis(100));
    assertThat(most).hasValue(3);
    assertThat(measured.answered()).isGreaterThan(3);
    assertThat(measured.failed()).isZero();
    assertThat(measured.micros().getTotalCount()).isEqualTo(measured.answered());
  }

  @Test
  void whatWaitsForABrokerThatStallsCounts() throws Exception {
    // ten were due while the one caller waited: the last of them for most of the time
    Measured measured =
        Load.run(loop, callers(1, Duration.ofMillis(250), null), 40, Duration.ofMillis(500));
    assertThat(measured.micros().getMaxValue()).isGreaterThan(400_000);
    assertThat(measured.failures()).containsKey("not asked, since all connections were busy");
    assertThat(measured.answered() + measured.failed()).isEqualTo(20);
  }

  @Test
  void anOpenLoopAsksNoMoreThanIsDue() throws Exception {
    Measured measured =
        Load.run(loop, callers(8, Duration.ofMillis(1), null), 100, Duration.ofMillis(500));
    assertThat(measured.answered() + measured.failed()).isEqualTo(50);
  }

  @Test
  void failuresAreCountedByWhatTheyAre() throws Exception {
    Measured measured =
        Load.run(
            loop, callers(2, Duration.ofMillis(5), "503 overloaded"), 0, Duration.ofMillis(60));
    assertThat(measured.answered()).isZero();
    assertThat(measured.failures()).containsOnlyKeys("503 overloaded");
    assertThat(measured.rate()).isZero();
  }
}
