package io.mintmark.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.KeyLoader.Loaded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When keys are asked for out of turn, and that what is asked for in turn stays as it was. */
class RefreshOnDemandTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private final TestClock clock = new TestClock(START);
  private final ManualBackground background = new ManualBackground();
  private final AtomicInteger loads = new AtomicInteger();
  private Loaded<String> answer = fresh("keys 1");

  private static Loaded<String> fresh(String keys) {
    return new Loaded.Fresh<>(keys, keys.getBytes(StandardCharsets.UTF_8), null);
  }

  private RefreshingSource<String> start(Background where) {
    return start(where, RefreshSettings.DEFAULT);
  }

  private RefreshingSource<String> start(Background where, RefreshSettings settings) {
    return RefreshingSource.start(
        new KeyHolder.Issuer("test"),
        "place",
        learned -> {
          loads.incrementAndGet();
          return answer;
        },
        bytes -> new String(bytes, StandardCharsets.UTF_8),
        new Upkeep(where, clock, new Random(1), LastGood.NONE, SourceListener.NONE, settings));
  }

  /** Does at once what there is to do. */
  private static final class AtOnce implements Background {
    @Override
    public void run(Runnable task) {
      task.run();
    }

    @Override
    public Pending later(Duration delay, Runnable task) {
      return () -> {};
    }

    @Override
    public void close() {}
  }

  @Test
  void anUnknownKeyIsAskedForOnceItsCooldownIsOver() {
    var source = start(new AtOnce());
    answer = fresh("keys 2");
    assertThat(source.refreshed(clock.instant())).as("within the cooldown").isEqualTo("keys 1");
    assertThat(loads).hasValue(1);
    clock.advance(RefreshSettings.DEFAULT.cooldown());
    assertThat(source.refreshed(clock.instant())).isEqualTo("keys 2");
    assertThat(loads).hasValue(2);
  }

  @Test
  void aRequestWithinTheCooldownBeginsNothing() {
    var source = start(background);
    background.work();
    source.refreshed(clock.instant());
    background.work();
    assertThat(loads).hasValue(1);
  }

  @Test
  void aRequestJoinsALaterAttemptTooWithinTheCooldown() {
    var source = start(background);
    background.work();
    assertThat(source.mayRefresh(clock.instant())).isFalse();
    source.refreshSoon();
    assertThat(source.mayRefresh(clock.instant())).isTrue();
  }

  @Test
  void anAttemptOutOfTurnTakesThePlaceOfTheNextOne() {
    var source = start(background);
    background.work();
    source.refreshSoon();
    assertThat(background.alarms()).as("while it is under way").isEmpty();
    background.work();
    assertThat(background.alarms()).hasSize(1);
  }

  @Test
  void unchangedKeysAreAskedForNoSoonerThanOthers() {
    start(background);
    background.work();
    answer = new Loaded.Unchanged<>();
    background.ring();
    assertThat(background.alarms().getFirst()).isGreaterThanOrEqualTo(Duration.ofMinutes(4));
  }

  @Test
  void nothingIsUnchangedWhereNothingIsKnown() {
    answer = new Loaded.Unchanged<>();
    var source = start(background);
    background.work();
    assertThat(source.current(START)).isNull();
    assertThat(source.lastGood()).isNull();
    assertThat(source.lastError()).isEqualTo("there are no keys yet");
  }

  /** One source that hangs is not to take the places of those who wait for others. */
  @Test
  void noMoreThanHalfOfAllMayWaitForOneSource() throws Exception {
    var source = start(background);
    background.work();
    clock.advance(RefreshSettings.DEFAULT.cooldown());
    answer = fresh("keys 2");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<@Nullable String>> waiting = new ArrayList<>();
      for (int i = 0; i < RefreshingSource.MOST_WAITING; i++) {
        waiting.add(threads.submit(() -> source.refreshed(clock.instant())));
      }
      while (source.waiting() < RefreshingSource.MOST_WAITING) {
        Thread.onSpinWait();
      }
      assertThat(source.refreshed(clock.instant())).isNull();
      assertThat(source.current(clock.instant())).isEqualTo("keys 1");
      background.work();
      for (Future<@Nullable String> each : waiting) {
        assertThat(each.get()).isEqualTo("keys 2");
      }
    }
    assertThat(source.waiting()).isZero();
  }

  @Test
  void aThreadThatIsInterruptedWaitsNoLongerAndStaysInterrupted() {
    var source = start(background);
    Thread.currentThread().interrupt();
    @Nullable String keys = source.refreshed(START);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(keys).isNull();
  }

  @Test
  void keysAreBelievedNoLongerThanAnOperatorAllows() {
    var source = start(background, RefreshSettings.DEFAULT.withMaxAge(Duration.ofHours(1)));
    background.work();
    assertThat(source.current(START.plus(Duration.ofHours(1)))).isEqualTo("keys 1");
    assertThat(source.current(START.plus(Duration.ofHours(1)).plusNanos(1))).isNull();
  }

  @Test
  void aClosedBackgroundSetsNoAlarm() {
    Background closed = Background.daemon();
    closed.close();
    closed.later(Duration.ZERO, loads::incrementAndGet).cancel();
    assertThat(loads).hasValue(0);
  }
}
