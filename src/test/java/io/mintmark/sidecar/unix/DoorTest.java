package io.mintmark.sidecar.unix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DoorTest {
  private static final Caller ORDERS = new Caller(10, 1000, 1000);
  private static final Caller WEB = new Caller(11, 1001, 1001);
  private static final Callers BOTH = new Callers(Set.of(1000L, 1001L), Set.of());

  @Test
  void aBombOfConnectionsByOneUserLeavesRoomForTheOthers() {
    Door door = new Door(BOTH, new ConnectionLimits(10, 4));
    int served = 0;
    for (int i = 0; i < 100; i++) {
      served += door.enter(ORDERS) == Door.Admission.SERVED ? 1 : 0;
    }
    assertThat(served).isEqualTo(4);
    assertThat(door.enter(WEB)).isEqualTo(Door.Admission.SERVED);
    door.left(ORDERS, Door.Admission.SERVED);
    assertThat(door.enter(ORDERS)).isEqualTo(Door.Admission.SERVED);
    assertThat(door.inside()).isEqualTo(5);
  }

  @Test
  void strangersTakeNoPlaceOfThoseWhoAreServed() {
    Door door = new Door(BOTH, new ConnectionLimits(2, 2));
    for (int i = 0; i < 100; i++) {
      Door.Admission admission = door.enter(new Caller(1, 5000 + i, 5000));
      assertThat(admission).isNotEqualTo(Door.Admission.SERVED);
      assertThat(admission == Door.Admission.STRANGER).isEqualTo(i < ConnectionLimits.STRANGERS);
    }
    assertThat(door.enter(ORDERS)).isEqualTo(Door.Admission.SERVED);
  }
}
