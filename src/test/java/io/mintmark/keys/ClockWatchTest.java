package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {
  private static final Duration SETTLE = Duration.ofMinutes(15);
  private Instant wall = TestRing.START;
  private long nano = Long.MAX_VALUE - 1000; // it may wrap around
  private final ClockWatch watch = new ClockWatch(() -> nano, SETTLE);

  @BeforeEach
  void settle() {
    assertThat(watch.trusts(wall)).isFalse();
    pass(SETTLE.minusSeconds(1));
    assertThat(watch.trusts(wall)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(watch.trusts(wall)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "-PT1H", "P365D", "-P365D", "PT62S", "-PT62S"})
  void aSetClockIsDoubtedUntilItHasSettled(Duration jump) {
    pass(Duration.ofMinutes(1));
    wall = wall.plus(jump);
    assertThat(watch.trusts(wall)).isFalse();
    pass(SETTLE.minusSeconds(1));
    assertThat(watch.trusts(wall)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(watch.trusts(wall)).isTrue();
  }

  @Test
  void aClockThatIsSlewedIsTrusted() {
    for (int i = 0; i < 1000; i++) {
      pass(Duration.ofMinutes(1));
      wall = wall.plusMillis(500);
      assertThat(watch.trusts(wall)).isTrue();
    }
  }

  @Test
  void aMachineThatSleptIsDoubted() {
    wall = wall.plus(Duration.ofDays(3));
    assertThat(watch.trusts(wall)).isFalse();
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    nano += time.toNanos();
  }
}
