package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {
  private static final InetAddress SLOW = InetAddress.ofLiteral("2001:db8::1");
  private static final InetAddress SLOW_TOO = InetAddress.ofLiteral("2001:db8::2");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.1");

  private final MemoryBudget budget =
      new MemoryBudget(100, 40, Networks.parse(List.of("203.0.113.7")));

  @Test
  void whoeverDawdlesKeepsNobodyElseOut() {
    assertThat(budget.take(SLOW, 20)).isTrue();
    assertThat(budget.take(SLOW_TOO, 20)).isTrue();
    assertThat(budget.take(SLOW_TOO, 1)).isFalse();
    assertThat(budget.take(OTHER, 40)).isTrue();
    budget.give(SLOW, 20);
    assertThat(budget.take(SLOW_TOO, 1)).isTrue();
    assertThat(budget.held()).isEqualTo(61);
  }

  @Test
  void whoSpeaksForManyMayHoldWhatTheyHold() {
    assertThat(budget.take(InetAddress.ofLiteral("203.0.113.7"), 100)).isTrue();
  }

  @Test
  void allTogetherHaveABoundAndARefusalTakesNothing() {
    for (int i = 1; i <= 10; i++) {
      assertThat(budget.take(InetAddress.ofLiteral("198.51.100." + i), 10)).isTrue();
    }
    assertThat(budget.take(OTHER, 1)).isFalse();
    assertThat(budget.held()).isEqualTo(100);
    for (int i = 1; i <= 10; i++) {
      budget.give(InetAddress.ofLiteral("198.51.100." + i), 10);
    }
    assertThat(budget.held()).isZero();
    assertThat(budget.holders()).isZero();
  }
}
