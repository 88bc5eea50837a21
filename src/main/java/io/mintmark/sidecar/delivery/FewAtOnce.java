package io.mintmark.sidecar.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs tasks on workers, few at once; the rest wait in the order in which they came. */
final class FewAtOnce implements Executor {
  private final Executor workers;
  private final int most;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  FewAtOnce(Executor workers, int most) {
    this.workers = workers;
    this.most = most;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (running == most) {
        waiting.add(task);
        return;
      }
      running++;
    }
    try {
      workers.execute(() -> runFrom(task));
    } catch (RejectedExecutionException busy) {
      synchronized (this) {
        running--;
      }
      throw busy;
    }
  }

  /** On the same worker while others wait, so that none of them can be refused any more. */
  private void runFrom(Runnable first) {
    for (Runnable task = first; task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException bug) {
        System.getLogger(FewAtOnce.class.getName())
            .log(System.Logger.Level.ERROR, "a task failed", bug);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
