package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.Hand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deliveries that listen for real, since a port that is in use is what this is about. */
class ServingTest {
  private final Hand hand = new Hand();
  private final List<String> events = new ArrayList<>();
  private final Serving serving = new Serving(hand.surroundings(), Duration.ZERO);
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    serving.end();
    hand.close();
  }

  @Test
  void aChangedDeliveryTakesItsPortFromTheOld() throws IOException {
    serving.become(List.of(new Listening("old", port, this)));
    serving.become(List.of(new Listening("new", port, this)));
    assertThat(events).containsExactly("old begins", "old lets go", "new begins", "old ends");
    assertThat(serving.running().keySet()).extracting(DeliveryPlan::name).containsExactly("new");
  }

  @Test
  void theOldOneServesAgainWhereTheNewCannotBegin() throws IOException {
    DeliveryPlan old = new Listening("old", port, this);
    serving.become(List.of(old));
    DeliveryPlan broken = new Listening("broken", port, this);
    assertThatThrownBy(() -> serving.become(List.of(broken))).isInstanceOf(IOException.class);
    assertThat(events)
        .containsExactly(
            "old begins", "old lets go", "broken begins", "broken ends", "old begins", "old ends");
    assertThat(serving.running().keySet()).containsExactly(old);
    assertThat(serving.running().get(old).ready()).isTrue();
  }

  @Test
  void whatHadBegunAlreadyIsEndedWhereAnotherCannotBegin() throws IOException {
    DeliveryPlan old = new Listening("old", port, this);
    serving.become(List.of(old));
    List<DeliveryPlan> next =
        List.of(new Listening("other", 0, this), new Listening("broken", port, this));
    assertThatThrownBy(() -> serving.become(next)).isInstanceOf(IOException.class);
    assertThat(serving.running().keySet()).containsExactly(old);
    assertThat(events).contains("other ends");
  }

  @Test
  void anOldDeliveryThatIsInNobodysWayServesUntilTheNewHasBegun() throws IOException {
    serving.become(List.of(new Listening("old", 0, this)));
    serving.become(List.of(new Listening("new", port, this)));
    assertThat(events).containsExactly("old begins", "new begins", "old ends");
  }

  @Test
  void oneThatDidNotChangeIsLeftAlone() throws IOException {
    DeliveryPlan same = new Listening("same", port, this);
    serving.become(List.of(same));
    serving.become(List.of(new Listening("other", 0, this), same));
    assertThat(events).containsExactly("same begins", "other begins");
  }

  @Test
  void oneThatCannotBeginOnceMoreIsSeenNotToBeReady() throws IOException {
    DeliveryPlan old = new Listening("once", port, this);
    serving.become(List.of(old));
    DeliveryPlan broken = new Listening("broken", port, this);
    assertThatThrownBy(() -> serving.become(List.of(broken))).isInstanceOf(IOException.class);
    assertThat(serving.running().get(old).ready()).isFalse();
  }

  /** Listens on a port; one that is called broken never does, and one called once only once. */
  private record Listening(String name, int port, ServingTest test) implements DeliveryPlan {
    @Override
    public Set<String> holds() {
      return port == 0 ? Set.of() : Set.of("port " + port);
    }

    @Override
    public Delivery open(Surroundings surroundings) {
      return new Delivery() {
        private @Nullable ServerSocket socket;

        @Override
        public void start() throws IOException {
          boolean again = test.events.contains(name + " begins");
          test.events.add(name + " begins");
          if (name.equals("broken") || (name.equals("once") && again)) {
            throw new IOException("no");
          }
          ServerSocket made = new ServerSocket();
          made.setReuseAddress(true);
          made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
          socket = made;
        }

        @Override
        public boolean ready() {
          return socket != null && !socket.isClosed();
        }

        @Override
        public void release() {
          test.events.add(name + " lets go");
          close();
        }

        @Override
        public void stop(Duration grace) {
          test.events.add(name + " ends");
          close();
        }

        private void close() {
          try {
            if (socket != null) {
              socket.close();
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
      };
    }
  }
}
