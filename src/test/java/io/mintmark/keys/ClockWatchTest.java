package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {
  private static final Duration SETTLE = Duration.ofMinutes(15);
  private Instant wall = TestRing.START;
  private long nano = Long.MAX_VALUE - 1000; // it may wrap around
  private final Lines log = new Lines();
  private final ClockWatch watch = new ClockWatch(() -> nano, SETTLE, log);

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

  @ParameterizedTest
  @CsvSource({"PT1H,forward by 3600 s", "-P1D,back by 86400 s"})
  void theLogSaysThatTheClockWasSetAndWhatFollows(Duration jump, String said) {
    wall = wall.plus(jump);
    watch.trusts(wall);
    pass(Duration.ofMinutes(1));
    watch.trusts(wall);
    assertThat(log.lines).singleElement().asString().contains(said).contains("steady for 900 s");
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

  /** A log of its own: which one java.util.logging would choose depends on what ran before. */
  private static final class Lines implements System.Logger {
    private final List<String> lines = new ArrayList<>();

    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
      lines.add(message);
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... values) {
      lines.add(MessageFormat.format(format, values));
    }
  }
}
