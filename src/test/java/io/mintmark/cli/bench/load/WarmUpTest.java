package io.mintmark.cli.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void aRateIsSteadyWhenThreeWindowsAreAlike() {
    assertThat(WarmUp.alike(List.of(100.0, 100.0))).isFalse();
    assertThat(WarmUp.alike(List.of(100.0, 200.0, 300.0))).isFalse();
    assertThat(WarmUp.alike(List.of(100.0, 297.0, 300.0, 299.0))).isTrue();
    assertThat(WarmUp.alike(List.of(300.0, 299.0, 298.0, 200.0))).isFalse();
  }
}
