package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({"PT1H,forward by 3600 s", "-P1D,back by 86400 s"})
  void theLogSaysThatTheClockWasSetAndWhatFollows(Duration jump, String said) {
    List<String> lines = new ArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            lines.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger(ClockWatch.class.getName());
    log.addHandler(listener);
    try {
      wall = wall.plus(jump);
      watch.trusts(wall);
      pass(Duration.ofMinutes(1));
      watch.trusts(wall);
    } finally {
      log.removeHandler(listener);
    }
    assertThat(lines).singleElement().asString().contains(said).contains("steady for 900 s");
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
