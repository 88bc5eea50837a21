package io.mintmark.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.KeyLoader.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshingSourceTest {
  private static final KeyHolder HOLDER = new KeyHolder.Issuer("test");
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestClock clock = new TestClock(START);
  private final ManualBackground background = new ManualBackground();
  private final Kept kept = new Kept();
  private final List<String> heard = new ArrayList<>();
  private final AtomicInteger loads = new AtomicInteger();
  private Loaded<String> answer = fresh("keys 1", null);

  @Test
  void keysAreThereAfterTheFirstAttempt() {
    var source = start();
    assertThat(source.current(START)).isNull();
    assertThat(source.lastGood()).isNull();
    background.work();
    assertThat(source.current(START)).isEqualTo("keys 1");
    assertThat(source.lastGood()).isEqualTo(START);
    assertThat(source.lastError()).isNull();
    assertThat(heard).containsExactly("refreshed test");
  }

  @ParameterizedTest
  @CsvSource({
    ",     PT5M",
    "PT0S,  PT30S",
    "PT1S,  PT30S",
    "PT30S, PT30S",
    "PT10M, PT10M",
    "PT1H,  PT1H",
    "PT24H, PT1H",
    "P9999D, PT1H"
  })
  void keysAreAskedForAgainBeforeTheSourceSays(@Nullable Duration hint, Duration interval) {
    answer = fresh("keys 1", hint);
    start();
    background.work();
    assertThat(background.alarms()).hasSize(1);
    assertThat(background.alarms().getFirst())
        .isBetween(interval.multipliedBy(8).dividedBy(10), interval);
    answer = fresh("keys 2", hint);
    background.ring();
    assertThat(loads).hasValue(2);
    assertThat(background.alarms()).hasSize(1);
  }

  @Test
  void failuresAreRetriedSlowerAndSlower() {
    answer = new Loaded.Failed<>("no route");
    start();
    background.work();
    for (long longest : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      assertThat(background.alarms()).hasSize(1);
      assertThat(background.alarms().getFirst())
          .isBetween(Duration.ofMillis(longest * 500), Duration.ofSeconds(longest));
      background.ring();
    }
    answer = fresh("keys 1", null);
    background.ring();
    assertThat(background.alarms().getFirst()).isGreaterThan(Duration.ofMinutes(4));
    answer = new Loaded.Failed<>("no route");
    background.ring();
    assertThat(background.alarms().getFirst()).isLessThanOrEqualTo(SECOND);
  }

  @Test
  void failuresLeaveTheLastGoodKeysUpToTheirAgeLimitToTheSecond() {
    var source = start();
    background.work();
    answer = new Loaded.Failed<>("no route");
    clock.advance(Duration.ofHours(1));
    background.ring();
    assertThat(source.lastError()).isEqualTo("no route");
    assertThat(source.lastGood()).isEqualTo(START);
    assertThat(source.current(START.plus(DAY))).isEqualTo("keys 1");
    assertThat(source.current(START.plus(DAY).plus(SECOND))).isNull();
    assertThat(heard).containsExactly("refreshed test", "failed test: no route");
  }

  @Test
  void unchangedKeysAreGoodAgain() {
    var source = start();
    background.work();
    answer = new Loaded.Unchanged<>();
    clock.advance(Duration.ofHours(1));
    background.ring();
    assertThat(source.lastGood()).isEqualTo(START.plus(Duration.ofHours(1)));
    assertThat(source.lastError()).isNull();
  }

  @Test
  void keysThatTheFormatObjectsToDoNotReplaceTheLastGood() {
    answer = fresh("keys 7", null);
    var source = start();
    background.work();
    answer = fresh("keys 5", null);
    background.ring();
    assertThat(source.current(START)).isEqualTo("keys 7");
    assertThat(source.lastError())
        .isEqualTo(
            "keys 5 is older than keys 7, so it is not taken; to have the broker forget the newer,"
                + " stop it and delete \"place\"");
    assertThat(kept.text()).containsExactly("keys 7");
    clock.advance(DAY.plus(SECOND));
    background.ring();
    assertThat(source.current(clock.instant()))
        .as("nor once the newer ones are too old to be believed")
        .isNull();
    var restarted = start();
    background.work();
    assertThat(restarted.current(clock.instant())).as("nor after a restart").isNull();
    kept.byPlace.clear();
    var forgetful = start();
    background.work();
    assertThat(forgetful.current(clock.instant())).as("what was deleted").isEqualTo("keys 5");
  }

  @Test
  void keysOfTheFutureAreNotBelievedAndStillKeepOlderOnesOut() {
    kept.byPlace.put("place", new LastGood.Kept(START.plus(Duration.ofDays(9)), bytes("keys 7")));
    answer = fresh("keys 5", null);
    var source = start();
    background.work();
    assertThat(source.current(START)).isNull();
    assertThat(source.lastGood()).isNull();
    assertThat(source.lastError()).contains("keys 5 is older than keys 7");
  }

  @Test
  void aWarningOfKeysInForceIsToldAndIsNoFailure() {
    answer = fresh("keys none", null);
    var source = start();
    background.work();
    assertThat(source.current(START)).isEqualTo("keys none");
    assertThat(source.lastError()).isEqualTo("there are none");
    assertThat(heard).containsExactly("refreshed test");
  }

  @Test
  void aStormOfUnknownKeyIdsFetchesOnceACooldown() {
    var source = start();
    background.work();
    int before = loads.get();
    for (int storm = 0; storm < 3; storm++) {
      for (int i = 0; i < 10_000; i++) {
        if (source.mayRefresh(clock.instant())) {
          source.refreshSoon();
          background.work();
        }
      }
      assertThat(loads.get() - before).isEqualTo(storm);
      clock.advance(Duration.ofSeconds(10));
    }
  }

  @Test
  void aRequestThatBeganBeforeTheAttemptEndedIsWithinTheCooldown() {
    var source = start();
    clock.advance(Duration.ofSeconds(3));
    background.work();
    assertThat(source.mayRefresh(START)).isFalse();
    assertThat(source.refreshed(START)).isEqualTo("keys 1");
    assertThat(loads).hasValue(1);
  }

  @Test
  void thoseWhoWaitShareOneFetch() throws Exception {
    var arrived = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var real = Background.daemon();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var source =
          RefreshingSource.start(
              HOLDER,
              "place",
              trusted -> {
                loads.incrementAndGet();
                arrived.countDown();
                await(release);
                return fresh("keys 1", null);
              },
              new Format(),
              upkeep(real));
      arrived.await();
      assertThat(source.mayRefresh(START)).as("it would join").isTrue();
      List<Future<@Nullable String>> waiters = new ArrayList<>();
      for (int i = 0; i < RefreshingSource.MOST_WAITING; i++) {
        waiters.add(threads.submit(() -> source.refreshed(START)));
      }
      release.countDown();
      for (Future<@Nullable String> waiter : waiters) {
        assertThat(waiter.get()).isEqualTo("keys 1");
      }
      assertThat(loads).hasValue(1);
      source.close();
    }
  }

  @Test
  void nobodyWaitsLongerThanPatienceAllows() {
    var settings = RefreshSettings.DEFAULT;
    var hasty =
        new RefreshSettings(
            settings.interval(),
            settings.minInterval(),
            settings.maxInterval(),
            settings.maxAge(),
            settings.cooldown(),
            Duration.ofMillis(1),
            settings.firstRetry(),
            settings.lastRetry());
    var source =
        RefreshingSource.start(
            HOLDER, "place", this::load, new Format(), upkeep(background).with(hasty));
    assertThat(source.refreshed(START)).as("nothing works in the background").isNull();
  }

  @Test
  void newsDuringAnAttemptMakesAnother() {
    var source = start();
    answer = fresh("keys 1", null);
    source.refreshSoon();
    source.refreshSoon();
    background.work();
    assertThat(loads).hasValue(2);
  }

  @Test
  void aLoaderThatThrowsIsAFailedAttempt() {
    var source =
        RefreshingSource.start(
            HOLDER,
            "place",
            trusted -> {
              throw new IllegalStateException("a bug");
            },
            new Format(),
            upkeep(background));
    background.work();
    assertThat(source.lastError()).isEqualTo("loading keys failed unexpectedly");
    assertThat(background.alarms()).hasSize(1);
  }

  @Test
  void aListenerThatThrowsStopsNothing() {
    var broken =
        new SourceListener() {
          @Override
          public void refreshed(KeyHolder source, Duration took) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void failed(KeyHolder source, String error, Duration took) {}
        };
    var whole = upkeep(background);
    var upkeep =
        new Upkeep(
            whole.background(),
            whole.clock(),
            whole.random(),
            whole.lastGood(),
            broken,
            whole.settings());
    var source = RefreshingSource.start(HOLDER, "place", this::load, new Format(), upkeep);
    background.work();
    assertThat(source.current(START)).isEqualTo("keys 1");
    background.ring();
    assertThat(loads).hasValue(2);
  }

  @Test
  void keysSurviveARestartWithinTheirAge() {
    start();
    background.work();
    answer = new Loaded.Failed<>("no route");
    clock.advance(Duration.ofHours(23));
    var restarted = start();
    assertThat(restarted.current(clock.instant())).isEqualTo("keys 1");
    assertThat(restarted.lastGood()).isEqualTo(START);
    background.work();
    assertThat(restarted.current(clock.instant())).isEqualTo("keys 1");
    clock.advance(Duration.ofHours(2));
    assertThat(start().current(clock.instant())).as("too old").isNull();
  }

  @Test
  void keptKeysThatCannotBeReadOrComeFromTheFutureAreNotUsed() {
    kept.byPlace.put("place", new LastGood.Kept(START, bytes("garbage")));
    assertThat(start().current(START)).isNull();
    kept.byPlace.put("place", new LastGood.Kept(START.plus(Duration.ofDays(9)), bytes("keys 1")));
    assertThat(start().current(START)).isNull();
  }

  @Test
  void aFullDiskLosesNoKeys() {
    kept.full = true;
    var source = start();
    background.work();
    assertThat(source.current(START)).isEqualTo("keys 1");
    assertThat(source.lastError()).isNull();
  }

  @Test
  void aClockThatJumpsAheadTrustsNothingAndAsksAtOnce() {
    var source = start();
    background.work();
    clock.advance(Duration.ofDays(400));
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.mayRefresh(clock.instant())).isTrue();
    background.ring();
    assertThat(source.current(clock.instant())).isEqualTo("keys 1");
  }

  @Test
  void aClockThatIsSetBackDoesNotProlongTheAgeOfKeys() {
    var source = start();
    background.work();
    clock.advance(Duration.ofDays(-400));
    assertThat(source.mayRefresh(clock.instant())).as("asks at once").isTrue();
    assertThat(source.current(clock.instant())).isEqualTo("keys 1");
    answer = new Loaded.Failed<>("no route");
    background.ring();
    assertThat(source.lastGood()).isEqualTo(clock.instant());
    clock.advance(DAY.plus(SECOND));
    assertThat(source.current(clock.instant())).isNull();
  }

  @Test
  void aClosedSourceAsksNoMore() {
    var source = start();
    background.work();
    source.close();
    assertThat(background.alarms()).isEmpty();
    assertThat(source.mayRefresh(START.plus(DAY))).isFalse();
    source.refreshSoon();
    background.work();
    assertThat(loads).hasValue(1);
  }

  /** CVE-2026-1486: an exchange that began before its issuer was removed still holds the source. */
  @Test
  void aClosedSourceHasNoKeysForAnybodyAndKeepsNoneOnDisk() {
    var source = start();
    background.work();
    answer = fresh("keys 2", null);
    source.refreshSoon();
    source.close();
    assertThat(source.current(START)).isNull();
    background.work();
    assertThat(source.current(START)).isNull();
    assertThat(source.refreshed(START)).isNull();
    assertThat(kept.text()).containsExactly("keys 1");
  }

  @Test
  void aSourceClosedDuringAnAttemptAsksNoMore() {
    var source = start();
    source.refreshSoon();
    source.close();
    background.work();
    assertThat(loads).hasValue(1);
    assertThat(background.alarms()).isEmpty();
  }

  private RefreshingSource<String> start() {
    return RefreshingSource.start(HOLDER, "place", this::load, new Format(), upkeep(background));
  }

  private Loaded<String> load(@Nullable String trusted) {
    loads.incrementAndGet();
    return answer;
  }

  private Upkeep upkeep(Background where) {
    return new Upkeep(where, clock, new Random(1), kept, listener(), RefreshSettings.DEFAULT);
  }

  private SourceListener listener() {
    return new SourceListener() {
      @Override
      public void refreshed(KeyHolder source, Duration took) {
        heard.add("refreshed " + source.name());
      }

      @Override
      public void failed(KeyHolder source, String error, Duration took) {
        heard.add("failed " + source.name() + ": " + error);
      }
    };
  }

  private static Loaded<String> fresh(String keys, @Nullable Duration hint) {
    return new Loaded.Fresh<>(keys, bytes(keys), hint);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Keys with a number that may not go back. */
  private static final class Format implements KeyFormat<String> {
    @Override
    public String parse(byte[] bytes) throws UnusableKeys {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (!text.startsWith("keys ")) {
        throw new UnusableKeys("no keys");
      }
      return text;
    }

    @Override
    public @Nullable String objection(String newer, String older) {
      return newer.compareTo(older) < 0 ? newer + " is older than " + older : null;
    }

    @Override
    public @Nullable String warning(String keys) {
      return keys.equals("keys none") ? "there are none" : null;
    }
  }

  private static final class Kept implements LastGood {
    private final Map<String, LastGood.Kept> byPlace = new HashMap<>();
    private boolean full;

    @Override
    public Found load(String place) {
      LastGood.Kept known = byPlace.get(place);
      return known == null ? new Nothing() : known;
    }

    @Override
    public void save(String place, LastGood.Kept keys) throws IOException {
      if (full) {
        throw new IOException("no space left on device");
      }
      byPlace.put(place, keys);
    }

    @Override
    public String whereabouts(String place) {
      return "\"" + place + "\"";
    }

    private List<String> text() {
      return byPlace.values().stream()
          .map(keys -> new String(keys.bytes(), StandardCharsets.UTF_8))
          .toList();
    }
  }
}
