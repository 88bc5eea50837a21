package io.mintmark;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Runs what may wait, each task on a virtual thread, and rejects what goes beyond its bound. */
final class WaitingExecutor implements Executor {
  private final Semaphore places;

  WaitingExecutor(int most) {
    this.places = new Semaphore(most);
  }

  @Override
  public void execute(Runnable task) {
    if (!places.tryAcquire()) {
      throw new RejectedExecutionException("too many exchanges wait for keys");
    }
    Thread.ofVirtual()
        .name("mintmark-waiting")
        .start(
            () -> {
              try {
                task.run();
              } finally {
                places.release();
              }
            });
  }
}
