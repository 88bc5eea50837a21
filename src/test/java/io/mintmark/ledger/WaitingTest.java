package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private static Waiting.Append append(int bytes, long since) {
    return new Waiting.Append(new byte[bytes], Runnable::run, since);
  }

  @Test
  void asManyRecordsMayWaitAsThereIsRoomFor() {
    Waiting waiting = new Waiting(2, 100);
    Waiting.Append first = append(1, 0);
    assertThat(waiting.offer(first)).isTrue();
    assertThat(waiting.offer(append(1, 0))).isTrue();
    assertThat(waiting.offer(append(1, 0))).isFalse();
    waiting.done(first);
    assertThat(waiting.offer(append(1, 0))).isTrue();
    assertThat(waiting.offer(append(1, 0))).isFalse();
  }

  @Test
  void asManyBytesMayWaitAsThereIsRoomFor() {
    Waiting waiting = new Waiting(100, 10);
    Waiting.Append first = append(6, 0);
    assertThat(waiting.offer(first)).isTrue();
    assertThat(waiting.offer(append(5, 0))).isFalse();
    assertThat(waiting.offer(append(4, 0))).isTrue();
    assertThat(waiting.offer(append(1, 0))).isFalse();
    waiting.done(first);
    assertThat(waiting.offer(append(6, 0))).isTrue();
  }

  @Test
  void theOldestThatWaitsIsKnownUntilAllAreTaken() {
    Waiting waiting = new Waiting(100, 100);
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.oldest(9)).isEqualTo(9);
    List<Waiting.Append> offered = List.of(append(1, 3), append(1, 5), append(1, 7));
    offered.forEach(waiting::offer);
    assertThat(waiting.oldest(9)).isEqualTo(3);
    assertThat(waiting.isEmpty()).isFalse();
    List<Waiting.Append> taken = new ArrayList<>();
    for (Waiting.Append at = waiting.takeAll(); at != null; at = at.older()) {
      taken.add(at);
    }
    assertThat(taken).containsExactly(offered.get(2), offered.get(1), offered.get(0));
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.oldest(9)).isEqualTo(9);
    assertThat(waiting.takeAll()).isNull();
  }

  @Test
  void anAppendEndsOnce() {
    Waiting.Append append = append(1, 0);
    assertThat(append.settled()).isFalse();
    assertThat(append.settle()).isTrue();
    assertThat(append.settle()).isFalse();
    assertThat(append.settled()).isTrue();
  }
}
