package io.mintmark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionIdsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123Z");

  private final DecisionIds ids = new DecisionIds(new Random(1));

  @Test
  void thoseOfOneMillisecondBeginAlikeAndAreAllDifferent() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = ids.next(NOW);
      assertThat(id).hasSize(24).startsWith("%012x".formatted(NOW.toEpochMilli()));
      seen.add(id);
    }
    assertThat(seen).hasSize(10_000);
  }

  @Test
  void laterOnesStandAfterEarlierOnes() {
    assertThat(ids.next(NOW.plusMillis(1))).isGreaterThan(ids.next(NOW));
  }
}
