package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Pace PACE = Pace.gentle(() -> 0.5);

  @Test
  void retriesGetRarerUpToAMinute() {
    assertThat(PACE.beforeAttempt(0)).isZero();
    assertThat(PACE.beforeAttempt(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(PACE.beforeAttempt(4)).isEqualTo(Duration.ofSeconds(8));
    assertThat(PACE.beforeAttempt(7)).isEqualTo(Duration.ofMinutes(1));
    assertThat(PACE.beforeAttempt(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void whileTheLedgerGrowsItTakesATenthOfACore() {
    Duration worked = Duration.ofMillis(5);
    assertThat(PACE.afterBatch(true, true, worked)).isEqualTo(Duration.ofMillis(45));
    assertThat(PACE.afterBatch(true, true, Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(1));
    assertThat(PACE.afterBatch(true, false, worked)).isZero();
    assertThat(PACE.afterBatch(false, true, worked)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aBusyMachineGivesItAFortiethOfACore() {
    Duration worked = Duration.ofMillis(5);
    assertThat(Pace.gentle(() -> 0.9).afterBatch(true, true, worked))
        .isEqualTo(Duration.ofMillis(195));
    assertThat(Pace.gentle(() -> 0.9).afterBatch(true, false, worked)).isZero();
    for (double unknown : new double[] {-1, Double.NaN, 7}) {
      assertThat(Pace.gentle(() -> unknown).afterBatch(true, true, worked))
          .isEqualTo(Duration.ofMillis(45));
    }
  }
}
