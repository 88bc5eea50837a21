package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FailuresTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final List<String> log = new ArrayList<>();
  private final Failures failures = new Failures(now::get, log::add);

  @Test
  void whoeverFindsHowToCauseAFailureDoesNotFillTheLog() {
    for (int i = 0; i < 1_000; i++) {
      failures.tell(new IllegalStateException("SECRET"));
    }
    assertThat(log).hasSize(1);
    now.addAndGet(Duration.ofSeconds(11).toNanos());
    failures.tell(new RuntimeException(new IllegalStateException("SECRET")));
    assertThat(log).hasSize(2);
    assertThat(log.getLast())
        .contains("java.lang.IllegalStateException at io.mintmark.api.http.FailuresTest")
        .contains("999 more")
        .doesNotContain("SECRET", "\n");
  }

  @Test
  void anAnswerThatIsNoneIsTold() {
    failures.tell(null);
    assertThat(log).hasSize(1);
  }
}
