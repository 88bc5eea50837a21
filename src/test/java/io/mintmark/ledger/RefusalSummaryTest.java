package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RefusalSummaryTest {
  private final List<LedgerRecord> kept = new ArrayList<>();
  private boolean down;
  private Instant now = Records.NOON;
  private final InstantSource clock = () -> now;

  private final Ledger ledger =
      new Ledger() {
        @Override
        public CompletionStage<Long> append(LedgerRecord entry) {
          if (down) {
            return CompletableFuture.failedFuture(new LedgerUnavailable("down"));
          }
          kept.add(entry);
          return CompletableFuture.completedFuture((long) kept.size() - 1);
        }
      };

  private long refuse(RefusalSummary summary, String reason, String source) throws Exception {
    return summary.append(Records.refused(now, reason, source)).toCompletableFuture().get();
  }

  @Test
  void refusalsAboveTheRateAreSummedByReasonWithTheirSources() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 3, clock)) {
      for (int i = 0; i < 3; i++) {
        assertThat(refuse(summary, "evidence-expired", "192.0.2.1")).isEqualTo(i);
      }
      for (int i = 0; i < 10; i++) {
        assertThat(refuse(summary, "evidence-expired", "192.0.2." + (i % 2)))
            .isEqualTo(RefusalSummary.SUMMED);
      }
      refuse(summary, "evidence-signature", "192.0.2.9");
      assertThat(summary.append(Records.minted(1)).toCompletableFuture().get()).isEqualTo(3);
    }
    assertThat(kept).hasSize(6);
    LedgerRecord expired = kept.get(4);
    assertThat(expired.outcome()).isEqualTo("summary");
    assertThat(expired.reason()).isEqualTo("evidence-expired");
    assertThat(expired.count()).isEqualTo(10);
    assertThat(expired.detail()).contains("192.0.2.0=5").contains("192.0.2.1=5");
    assertThat(kept.get(5).count()).isOne();
  }

  @Test
  void theNextSecondKeepsOneByOneAgain() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 1, clock)) {
      assertThat(refuse(summary, "a", "s")).isZero();
      assertThat(refuse(summary, "a", "s")).isEqualTo(RefusalSummary.SUMMED);
      now = now.plusSeconds(1);
      assertThat(refuse(summary, "a", "s")).isNotNegative();
    }
  }

  @Test
  void sourcesAndReasonsAreBounded() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 0, clock)) {
      for (int i = 0; i < 2_000; i++) {
        refuse(summary, "reason-" + i, "source");
        refuse(summary, "same", "source-" + i);
      }
    }
    assertThat(kept).hasSizeLessThanOrEqualTo(2 * (RefusalSummary.MOST_REASONS + 1));
    assertThat(kept.stream().mapToLong(record -> record.count() == null ? 0 : record.count()).sum())
        .isEqualTo(4_000);
    assertThat(kept)
        .allMatch(
            record ->
                record.detail() != null
                    && record.detail().split(" ").length <= RefusalSummary.MOST_SOURCES + 2);
  }

  @Test
  void whatTheLedgerRefusesIsSummedOn() throws Exception {
    try (RefusalSummary summary = new RefusalSummary(ledger, 0, clock)) {
      refuse(summary, "a", "s");
      down = true;
      summary.flush();
      assertThat(kept).isEmpty();
      down = false;
      refuse(summary, "a", "s");
    }
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().count()).isEqualTo(2);
  }
}
