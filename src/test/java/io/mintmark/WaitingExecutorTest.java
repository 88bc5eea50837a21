package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Places for what waits. */
class WaitingExecutorTest {
  private static final int PLACES = 3;

  private final List<Runnable> begun = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private boolean none;
  private final WaitingExecutor waiting =
      new WaitingExecutor(
          PLACES,
          task ->
              new Thread(task) {
                @Override
                public void start() {
                  begun.add(task);
                  if (none) {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                }
              });

  @Test
  void whatGoesBeyondTheBoundIsRejectedUntilAPlaceIsFree() {
    for (int i = 0; i < PLACES; i++) {
      waiting.execute(() -> done.add("first"));
    }
    assertThatThrownBy(() -> waiting.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    begun.removeFirst().run();
    waiting.execute(() -> done.add("last"));
    begun.removeLast().run();
    assertThat(done).containsExactly("first", "last");
  }

  /** As where others have used up the processes of a pod or a user. */
  @Test
  void whatThereIsNoThreadForIsRejectedAndKeepsNoPlace() {
    none = true;
    for (int i = 0; i < 2 * PLACES; i++) {
      assertThatThrownBy(() -> waiting.execute(() -> done.add("rejected")))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessage("there is no thread to wait on");
    }
    none = false;
    begun.forEach(Runnable::run); // which the JDK does in the end
    assertThat(done).isEmpty();
    begun.clear();
    whatGoesBeyondTheBoundIsRejectedUntilAPlaceIsFree();
  }
}
