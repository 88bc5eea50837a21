package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Shed;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final InetAddress FLOODER = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");
  private static final Duration EXCHANGE = Duration.ofNanos(200_000);

  private final AtomicLong nanos = new AtomicLong();
  private final Pace pace = new Pace(nanos::get);

  @Test
  void aLoopThatKeepsUpTurnsNobodyAway() {
    for (int turn = 0; turn < 1_000; turn++) {
      assertThat(turn(Collections.nCopies(200, OTHER), EXCHANGE).refused()).isZero();
    }
  }

  /** Each is asked again only when it is answered, so there are never more in a turn. */
  @Test
  void aHundredAndTwentyEightConnectionsAreServedOnTheSlowestOfMachines() {
    for (int turn = 0; turn < 100; turn++) {
      assertThat(turn(Collections.nCopies(128, OTHER), Duration.ofMillis(20)).refused()).isZero();
    }
  }

  @Test
  void aBurstIsWorkedOffAndNotTurnedAway() {
    assertThat(turn(Collections.nCopies(2_000, OTHER), EXCHANGE).refused()).isZero();
    assertThat(turn(Collections.nCopies(2_000, OTHER), EXCHANGE).refused()).isPositive();
  }

  @Test
  void underAFloodEachTurnServesForItsTimeAndTurnsTheRestAway() {
    flood(20);
    for (int turn = 0; turn < 100; turn++) {
      long began = nanos.get();
      Turn now = turn(Collections.nCopies(2_000, OTHER), EXCHANGE);
      assertThat(now.served()).isBetween(250, 520);
      assertThat(now.refused()).isEqualTo(2_000 - now.served());
      assertThat(Duration.ofNanos(nanos.get() - began)).isLessThan(Duration.ofMillis(150));
    }
  }

  @Test
  void aPauseOfTheWholeProcessRefusesNobodyAfterIt() {
    turn(List.of(OTHER), Duration.ofSeconds(30));
    assertThat(turn(Collections.nCopies(128, OTHER), EXCHANGE).refused()).isZero();
  }

  @Test
  void allIsServedAgainInTheFirstTurnAfterTheFlood() {
    flood(20);
    turn(List.of(OTHER), EXCHANGE);
    assertThat(turn(Collections.nCopies(2_000, OTHER), EXCHANGE).refused()).isZero();
  }

  @Test
  void longTurnsWithIdleTimeBetweenThemAreNoFlood() {
    for (int turn = 0; turn < 100; turn++) {
      assertThat(turn(Collections.nCopies(1_000, OTHER), EXCHANGE).refused()).isZero();
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
    }
  }

  @Test
  void whoFloodsIsTurnedAwayAndNotWhoAsksNowAndThen() {
    List<InetAddress> asking = new ArrayList<>(Collections.nCopies(1_990, FLOODER));
    asking.addAll(Collections.nCopies(10, OTHER));
    for (int turn = 0; turn < 20; turn++) {
      turn(asking, EXCHANGE);
    }
    for (int turn = 0; turn < 100; turn++) {
      Turn now = turn(asking, EXCHANGE);
      assertThat(now.refusals().get(OTHER)).isNull();
      assertThat(now.why()).contains(Shed.SHARE);
    }
  }

  /** On a machine so slow that the turn's time is over before the flooder has had his least. */
  @Test
  void whoAsksNowAndThenIsServedOnASlowMachineToo() {
    List<InetAddress> asking = new ArrayList<>(Collections.nCopies(500, FLOODER));
    asking.addAll(Collections.nCopies(10, OTHER));
    for (int turn = 0; turn < 20; turn++) {
      Turn now = turn(asking, Duration.ofMillis(5));
      assertThat(turn < 2 || now.refusals().get(OTHER) == null).isTrue();
    }
  }

  @Test
  void addressesWithoutNumberDoNotStretchATurnWithoutEnd() {
    flood(20);
    for (int turn = 0; turn < 20; turn++) {
      List<InetAddress> asking = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        asking.add(InetAddress.ofLiteral("10." + turn + "." + i / 250 + "." + i % 250));
      }
      Turn now = turn(asking, EXCHANGE);
      assertThat(now.served()).isLessThan(2 * 520);
      assertThat(now.why()).contains(Shed.BEHIND);
    }
  }

  @Test
  void handshakesAreLetInAFewATurnWhileTheLoopIsBehind() {
    assertThat(connections(FLOODER, 1_000)).isEqualTo(1_000);
    flood(20);
    pace.heard();
    assertThat(connections(FLOODER, 1_000)).isEqualTo(Pace.LEAST);
    endTurnAfter(Duration.ofMillis(60));
    pace.heard();
    assertThat(connections(OTHER, 1)).isEqualTo(1);
    assertThat(connections(FLOODER, 1_000)).isLessThan(Pace.LEAST);
    assertThat(connections(OTHER, 5)).isEqualTo(5);
    endTurnAfter(Duration.ofMillis(10));
    assertThat(connections(FLOODER, 1_000)).isEqualTo(1_000);
  }

  private void flood(int turns) {
    for (int i = 0; i < turns; i++) {
      turn(Collections.nCopies(2_000, OTHER), EXCHANGE);
    }
  }

  private int connections(InetAddress source, int many) {
    int let = 0;
    for (int i = 0; i < many; i++) {
      let += pace.connection(source) == null ? 1 : 0;
    }
    return let;
  }

  private void endTurnAfter(Duration time) {
    nanos.addAndGet(time.toNanos());
    pace.ended();
  }

  private record Turn(int served, Map<InetAddress, Integer> refusals, List<@Nullable Shed> why) {
    int refused() {
      return refusals.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** One turn, in which a request that is served takes as long as an exchange. */
  private Turn turn(List<InetAddress> asking, Duration exchange) {
    int served = 0;
    Map<InetAddress, Integer> refusals = new HashMap<>();
    List<@Nullable Shed> why = new ArrayList<>();
    for (InetAddress source : asking) {
      pace.heard();
      Shed shed = pace.request(source);
      if (shed == null) {
        served++;
        nanos.addAndGet(exchange.toNanos());
      } else {
        refusals.merge(source, 1, Integer::sum);
        why.add(shed);
        nanos.addAndGet(Duration.ofNanos(20_000).toNanos());
      }
    }
    pace.ended();
    return new Turn(served, refusals, why);
  }
}
