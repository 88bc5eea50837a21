package io.mintmark.sidecar.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** A share of workers that do nothing before a test lets them. */
class FewAtOnceTest {
  private final Deque<Runnable> workers = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private boolean busy;
  private final FewAtOnce few =
      new FewAtOnce(
          task -> {
            if (busy) {
              throw new RejectedExecutionException("busy");
            }
            workers.add(task);
          },
          2);

  @Test
  void noMoreWorkersAreTakenAndTheRestRunInTheirOrder() {
    for (String task : List.of("a", "b", "c", "d")) {
      few.execute(() -> done.add(task));
    }
    assertThat(workers).hasSize(2);
    workers.remove().run();
    assertThat(done).containsExactly("a", "c", "d");
    workers.remove().run();
    assertThat(done).containsExactly("a", "c", "d", "b");

    few.execute(() -> done.add("e"));
    assertThat(workers).as("the places are free again").hasSize(1);
  }

  @Test
  void aTaskThatFailsFreesItsPlace() {
    few.execute(
        () -> {
          throw new IllegalStateException("bug");
        });
    workers.remove().run();
    few.execute(() -> done.add("a"));
    few.execute(() -> done.add("b"));
    assertThat(workers).hasSize(2);
  }

  @Test
  void aRefusalByTheWorkersIsTheCallersAndFreesThePlace() {
    busy = true;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> few.execute(() -> done.add("a")))
          .isInstanceOf(RejectedExecutionException.class);
    }
    busy = false;
    few.execute(() -> done.add("b"));
    assertThat(workers).hasSize(1);
  }
}
