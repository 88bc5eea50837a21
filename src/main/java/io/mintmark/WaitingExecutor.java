package io.mintmark;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs what may wait, each task on a virtual thread, and rejects what goes beyond its bound. */
final class WaitingExecutor implements Executor {
  private final Semaphore places;
  private final ThreadFactory threads;

  WaitingExecutor(int most) {
    this(most, Thread.ofVirtual().name("mintmark-waiting").factory());
  }

  WaitingExecutor(int most, ThreadFactory threads) {
    this.places = new Semaphore(most);
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    if (!places.tryAcquire()) {
      throw new RejectedExecutionException("too many exchanges wait for keys");
    }
    AtomicBoolean taken = new AtomicBoolean();
    try {
      threads.newThread(() -> run(task, taken)).start();
    } catch (OutOfMemoryError noThread) {
      // the JDK may begin it all the same, as soon as there is a thread for it
      if (!taken.getAndSet(true)) {
        places.release();
        throw new RejectedExecutionException("there is no thread to wait on", noThread);
      }
    }
  }

  private void run(Runnable task, AtomicBoolean taken) {
    if (!taken.getAndSet(true)) {
      try {
        task.run();
      } finally {
        places.release();
      }
    }
  }
}
