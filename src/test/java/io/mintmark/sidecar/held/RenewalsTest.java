package io.mintmark.sidecar.held;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Credentials kept fresh, by clocks that a test sets. */
class RenewalsTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Wanted WANTED = new Wanted.AccessToken("https://api", Set.of(), null);
  private static final WorkloadId ID = WorkloadId.parse("spiffe://dev.mintmark/orders");

  private Instant wall = START;
  private long nanos = 1_000_000_000L;
  private int asked;
  private @org.jspecify.annotations.Nullable NotObtained refusal;
  private Duration life = Duration.ofMinutes(10);
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean hold;
  private final Recorded recorded = new Recorded();
  private final List<Long> arranged = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService timer =
      new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long pause, TimeUnit unit) {
          arranged.add(unit.toMillis(pause));
          return super.schedule(task, pause, unit);
        }
      };
  private final Renewals renewals =
      new Renewals(
          this::obtain,
          RenewalSettings.DEFAULT,
          () -> wall,
          () -> nanos,
          () -> 0.5,
          timer,
          task -> {
            if (hold) {
              held.add(task);
            } else {
              task.run();
            }
          },
          Runnable::run,
          recorded);

  private Held obtain(Wanted wanted) throws NotObtained {
    asked++;
    if (refusal != null) {
      throw refusal;
    }
    return new Held.Token(ID, "token-" + asked, Set.of(), wall, wall.plus(life), "d" + asked);
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void whatIsWantedIsObtainedOnce() {
    renewals.keep(List.of(WANTED));
    renewals.current(WANTED);
    renewals.lookAtAll();

    assertThat(asked).isEqualTo(1);
    assertThat(value()).isEqualTo("token-1");
  }

  @Test
  void renewalComesAtHalfOfLife() {
    renewals.keep(List.of(WANTED));
    pass(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(asked).isEqualTo(1);

    pass(Duration.ofSeconds(1));
    assertThat(asked).isEqualTo(2);
    assertThat(value()).isEqualTo("token-2");
  }

  @Test
  void theCurrentOneServesUntilItExpiresWhileTheBrokerIsDown() {
    renewals.keep(List.of(WANTED));
    refusal = new NotObtained("broker-unreachable", "down", null);
    pass(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(value()).isEqualTo("token-1");

    pass(Duration.ofSeconds(1));
    assertThat(renewals.current(WANTED))
        .isEqualTo(new State.Unavailable("broker-unreachable", "down"));
    assertThat(recorded.lost).isEqualTo(1);
  }

  @Test
  void anAttemptThatEndsAfterTheSidecarIsNoNews() {
    hold = true;
    renewals.keep(List.of(WANTED));
    refusal = new NotObtained("broker-unreachable", "down", null);
    renewals.close();
    held.forEach(Runnable::run);

    assertThat(asked).isEqualTo(1);
    assertThat(recorded.failed).isZero();
  }

  @Test
  void anExpiredOneIsNeverGivenThoughNothingLooked() {
    renewals.keep(List.of(WANTED));
    refusal = new NotObtained("broker-unreachable", "down", null);
    wall = wall.plus(life);

    assertThat(renewals.current(WANTED)).isInstanceOf(State.Unavailable.class);
  }

  @Test
  void aLossIsToldWhenItHappensThoughTheBrokerIsNotAskedThen() {
    life = Duration.ofMillis(10_300);
    renewals.keep(List.of(WANTED));
    refusal = new NotObtained("broker-unreachable", "down", Duration.ofMinutes(5));
    passAtOnce(Duration.ofSeconds(6));
    passAtOnce(Duration.ofSeconds(4));

    assertThat(asked).isEqualTo(2);
    assertThat(arranged.getLast()).as("milliseconds until the next look").isEqualTo(300);
  }

  @Test
  void aShortLifeIsRenewedAtHalfOfItWhateverLookWasArrangedBefore() {
    life = Duration.ofSeconds(1);
    hold = true;
    renewals.keep(List.of(WANTED));
    renewals.lookAtAll();
    held.remove().run();

    assertThat(arranged).containsExactly(1000L, 500L);
  }

  @Test
  void anEndThatStaysTheSameIsNotAskedForEverMoreOften() {
    life = Duration.ofMillis(40);
    renewals.keep(List.of(WANTED));
    passAtOnce(Duration.ofMillis(39));

    assertThat(asked).isEqualTo(1);
  }

  @Test
  void aClockThatJumpsBackDoesNotReviveIt() {
    renewals.keep(List.of(WANTED));
    refusal = new NotObtained("broker-unreachable", "down", null);
    nanos += life.toNanos();
    wall = START.minus(Duration.ofHours(1));

    assertThat(renewals.current(WANTED)).isInstanceOf(State.Unavailable.class);
  }

  @Test
  void aClockThatJumpsBackRenewsAtOnce() {
    renewals.keep(List.of(WANTED));
    wall = START.minus(Duration.ofHours(1));
    renewals.lookAtAll();

    assertThat(asked).isEqualTo(2);
  }

  @Test
  void aSuspendedMachineRenewsAtOnce() {
    renewals.keep(List.of(WANTED));
    wall = START.plus(Duration.ofHours(8)); // the steady clock stood still
    renewals.lookAtAll();

    assertThat(value()).isEqualTo("token-2");
  }

  @Test
  void failuresAreRetriedWithPausesThatGrowToALimit() {
    refusal = new NotObtained("broker-unreachable", "down", null);
    renewals.keep(List.of(WANTED));
    List<Long> pauses = new ArrayList<>();
    long last = 0;
    for (int second = 1; second <= 400; second++) {
      int before = asked;
      pass(Duration.ofSeconds(1));
      if (asked > before) {
        pauses.add(second - last);
        last = second;
      }
    }
    assertThat(pauses).startsWith(1L, 2L, 3L, 6L, 12L, 24L, 45L, 45L).doesNotContain(46L);
  }

  @Test
  void callersDuringAPauseDoNotReachTheBroker() {
    refusal = new NotObtained("no-grant", "no", null);
    for (int i = 0; i < 1000; i++) {
      renewals.soon(WANTED);
      renewals.current(WANTED);
    }
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void theBrokersWishToBeLeftAloneIsHonoured() {
    refusal = new NotObtained("overloaded", "busy", Duration.ofSeconds(90));
    renewals.keep(List.of(WANTED));
    pass(Duration.ofSeconds(89));
    assertThat(asked).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void aWishWithoutEndIsBounded() {
    refusal = new NotObtained("overloaded", "busy", Duration.ofDays(365));
    renewals.keep(List.of(WANTED));
    pass(Duration.ofMinutes(11));
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void manyCallersAtOnceMakeOneRequest() {
    hold = true;
    List<CompletionStage<State>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(renewals.soon(WANTED));
    }
    assertThat(held).hasSize(1);
    hold = false;
    held.remove().run();

    assertThat(asked).isEqualTo(1);
    assertThat(waiting)
        .allSatisfy(
            stage ->
                assertThat(stage.toCompletableFuture().join()).isInstanceOf(State.Ready.class));
  }

  @Test
  void whatAResourceRefusedIsReplacedOnce() {
    renewals.keep(List.of(WANTED));
    Held refused = ready();
    assertThat(renewals.newerThan(WANTED, refused).toCompletableFuture().join())
        .isNotEqualTo(new State.Ready(refused));
    assertThat(asked).isEqualTo(2);

    assertThat(renewals.newerThan(WANTED, refused).toCompletableFuture().join())
        .as("a caller that comes late gets what is there already")
        .isEqualTo(new State.Ready(ready()));
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void aResourceThatRefusesEverythingMakesNoStorm() {
    renewals.keep(List.of(WANTED));
    for (int i = 0; i < 1000; i++) {
      renewals.newerThan(WANTED, ready());
    }
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void tooManyDifferentWishesAreRefusedWithoutForgettingTheConfigured() {
    renewals.keep(List.of(WANTED));
    hold = true;
    for (int i = 0; i < RenewalSettings.DEFAULT.most(); i++) {
      renewals.current(new Wanted.JwtSvid(List.of("audience-" + i), null));
    }
    assertThat(renewals.current(new Wanted.JwtSvid(List.of("one more"), null)))
        .isInstanceOf(State.Unavailable.class);
    assertThat(value()).isEqualTo("token-1");
  }

  @Test
  void whatNobodyAskedForAgainIsLetGo() {
    Wanted once = new Wanted.JwtSvid(List.of("once"), null);
    renewals.soon(once);
    int before = asked;
    pass(Duration.ofHours(2));
    assertThat(asked - before).as("renewals of what one caller wanted once").isLessThanOrEqualTo(2);
  }

  @Test
  void aListenerHearsOfRenewalAndOfLoss() {
    List<State> heard = new ArrayList<>();
    renewals.keep(List.of(WANTED));
    try (Credentials.Watch watch = renewals.watch(WANTED, heard::add)) {
      pass(Duration.ofMinutes(5));
      refusal = new NotObtained("no-grant", "no", null);
      pass(Duration.ofMinutes(10));
    }
    int until = heard.size();
    refusal = null;
    pass(Duration.ofMinutes(2));

    assertThat(heard).hasSize(until);
    assertThat(heard.subList(0, 2)).allMatch(state -> state instanceof State.Ready);
    assertThat(heard.getLast()).isEqualTo(new State.Unavailable("no-grant", "no"));
  }

  @Test
  void aRequestThatFindsEverythingClosedIsNoNews() {
    Renewals others = broken(held::add);
    others.keep(List.of(WANTED));
    others.close();
    held.forEach(Runnable::run);

    assertThat(recorded.bugs).isZero();
  }

  @Test
  void aBugInOneRequestEndsNothing() {
    Renewals others = broken(Runnable::run);
    others.keep(List.of(WANTED));

    assertThat(others.current(WANTED)).isInstanceOf(State.Unavailable.class);
    assertThat(recorded.bugs).isEqualTo(1);
  }

  @Test
  void anotherBrokerIsAskedAtOnceAndTheAnswerOfTheOldOneCountsNoLonger() {
    renewals.keep(List.of(WANTED));
    hold = true;
    pass(Duration.ofMinutes(5));
    assertThat(held).hasSize(1);
    renewals.askAnew();
    assertThat(held).hasSize(2);

    CompletionStage<State> newer =
        renewals.newerThan(WANTED, ((State.Ready) renewals.current(WANTED)).held());
    held.removeFirst().run(); // of the old broker
    assertThat(value()).isEqualTo("token-1");
    assertThat(newer.toCompletableFuture()).isNotDone();
    held.removeFirst().run();
    assertThat(value()).isEqualTo("token-3");
    assertThat(newer.toCompletableFuture()).isCompleted();
  }

  @Test
  void aPauseAfterRefusalsDoesNotHoldForAnotherBroker() {
    refusal = new NotObtained("no-grant", "no", Duration.ofMinutes(5));
    renewals.keep(List.of(WANTED));
    refusal = null;
    renewals.askAnew();
    assertThat(value()).isEqualTo("token-2");
  }

  @Test
  void callersWithoutNumberAreToldWithoutAWorkerEach() {
    hold = true;
    renewals.keep(List.of(WANTED));
    List<CompletionStage<State>> callers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      callers.add(renewals.soon(WANTED));
    }
    held.removeFirst().run();
    assertThat(held).isEmpty();
    assertThat(callers)
        .allSatisfy(caller -> assertThat(caller.toCompletableFuture()).isCompleted());
  }

  @Test
  void newsWaitsForRoomAndIsNotLost() throws Exception {
    List<Runnable> refused = new ArrayList<>();
    CompletableFuture<State> told = new CompletableFuture<>();
    Listener listener =
        new Listener(
            told::complete,
            task -> {
              if (refused.isEmpty()) {
                refused.add(task);
                throw new RejectedExecutionException("full");
              }
              task.run();
            },
            timer);
    listener.tell(new State.Pending());
    assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(new State.Pending());
  }

  private Renewals broken(Executor requests) {
    return new Renewals(
        wanted -> {
          throw new IllegalStateException("bug");
        },
        RenewalSettings.DEFAULT,
        () -> wall,
        () -> nanos,
        () -> 0.5,
        timer,
        requests,
        Runnable::run,
        recorded);
  }

  private void passAtOnce(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
    renewals.lookAtAll();
  }

  private void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      wall = wall.plusSeconds(1);
      nanos += 1_000_000_000L;
      renewals.lookAtAll();
    }
  }

  private Held ready() {
    return ((State.Ready) renewals.current(WANTED)).held();
  }

  private String value() {
    return ((Held.Token) ready()).value();
  }

  /** Counts what is told. */
  private static final class Recorded implements RenewalEvents {
    private int failed;
    private int lost;
    private int bugs;

    @Override
    public void renewed(Wanted wanted, Held held) {}

    @Override
    public void failed(Wanted wanted, NotObtained failure) {
      failed++;
    }

    @Override
    public void lost(Wanted wanted) {
      lost++;
    }

    @Override
    public void failedUnexpectedly(Wanted wanted, Throwable bug) {
      bugs++;
    }
  }
}
