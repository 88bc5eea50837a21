package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** Who is reviewed, and who gives way, where more ask than there is room for. */
final class ReviewQueueTest {
  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.7");
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");

  private final ReviewQueue<String> queue = new ReviewQueue<>(16);

  @Test
  void onePodKeepsNeitherThePlacesNorTheTurnsOfTheApiServer() {
    for (int i = 0; i < 16; i++) {
      assertThat(queue.add(POD, "pod-" + i, 10)).isEmpty();
    }
    assertThat(queue.add(POD, "pod-16", 10)).containsExactly("pod-16");
    assertThat(queue.add(SERVER, "apply", 10)).containsExactly("pod-15");
    assertThat(queue.next()).isEqualTo("pod-0");
    assertThat(queue.next()).isEqualTo("apply");
    assertThat(queue.next()).isEqualTo("pod-1");
  }

  @Test
  void manyPodsLeaveTheApiServerItsShare() {
    for (int i = 0; i < 16; i++) {
      assertThat(queue.add(InetAddress.ofLiteral("10.0.0." + i % 4), "pod", 10)).isEmpty();
    }
    int refused = 0;
    for (int i = 0; i < 5; i++) {
      refused += queue.add(SERVER, "apply", 10).contains("apply") ? 1 : 0;
    }
    assertThat(refused).isEqualTo(1);
    assertThat(queue.add(POD, "pod", 10)).hasSize(1);
  }

  @Test
  void asManyPodsAsThereArePlacesLeaveTheApiServerOne() {
    for (int pod = 0; pod < 15; pod++) {
      assertThat(queue.add(InetAddress.ofLiteral("10.0.0." + pod), "pod", 10)).isEmpty();
    }
    assertThat(queue.add(POD, "more", 10)).isEmpty();
    assertThat(queue.add(SERVER, "apply", 10)).containsExactly("more");
    assertThat(queue.add(POD, "again", 10)).containsExactly("again");
  }

  @Test
  void largeReviewsOfFewPodsLeaveTheApiServerItsShare() {
    for (int pod = 0; pod < 4; pod++) {
      assertThat(queue.add(InetAddress.ofLiteral("10.0.0." + pod), "large-" + pod, 900 << 10))
          .isEmpty();
    }
    assertThat(queue.add(SERVER, "apply-1", 10)).hasSize(1).doesNotContain("apply-1");
    for (int i = 2; i <= 4; i++) {
      assertThat(queue.add(SERVER, "apply-" + i, 10)).isEmpty();
    }
    assertThat(queue.add(InetAddress.ofLiteral("10.0.0.9"), "pod", 10))
        .hasSize(1)
        .noneMatch(dropped -> dropped.startsWith("apply"));
  }

  @Test
  void aLargeFirstReviewTakesThePlacesOfThoseThatHaveMore() {
    for (int i = 0; i < 16; i++) {
      assertThat(queue.add(InetAddress.ofLiteral("10.0.0." + i % 8), "pod", 10)).isEmpty();
    }
    assertThat(queue.add(SERVER, "large", 600 << 10)).hasSize(3);
  }

  @Test
  void largeBodiesTakeAsManyPlacesAsTheyFill() {
    for (int i = 0; i < 3; i++) {
      assertThat(queue.add(POD, "large-" + i, 1 << 20)).isEmpty();
    }
    assertThat(queue.add(POD, "large-3", 1 << 20)).containsExactly("large-3");
    assertThat(queue.add(SERVER, "apply-1", 10)).isEmpty();
    assertThat(queue.add(SERVER, "apply-2", 10)).containsExactly("large-2");
  }

  @Test
  void whoHasAnIpv6AddressHasItsWholeNetworkAndOneShare() {
    for (int i = 0; i < 16; i++) {
      assertThat(queue.add(InetAddress.ofLiteral("2001:db8::" + i), "pod", 10)).isEmpty();
    }
    assertThat(queue.add(InetAddress.ofLiteral("2001:db8::ff"), "late", 10))
        .containsExactly("late");
    assertThat(queue.add(SERVER, "apply", 10)).containsExactly("pod");
  }

  @Test
  void theApiServerAloneMayHaveAllOfIt() {
    for (int i = 0; i < 16; i++) {
      assertThat(queue.add(SERVER, "apply-" + i, 10)).isEmpty();
    }
    for (int i = 0; i < 16; i++) {
      assertThat(queue.next()).isEqualTo("apply-" + i);
    }
    assertThat(queue.next()).isNull();
  }
}
