package io.mintmark.sidecar.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Looks names up on workers. A name server that does not answer keeps a worker for long, and
 * renewals need workers too: only some are taken at once, and only so many wait for them. What
 * callers name and what routes name each have their own.
 */
final class Lookups {
  private final EventLoop loop;
  private final Executor workers;
  private final int maxUnderWay;
  private final int maxQueued;
  private final Deque<Turn> queue = new ArrayDeque<>();
  private int underWay;

  Lookups(EventLoop loop, Executor workers, int maxUnderWay, int maxQueued) {
    this.loop = loop;
    this.workers = workers;
    this.maxUnderWay = maxUnderWay;
    this.maxQueued = maxQueued;
  }

  /** What waits for a name. */
  interface Lookup {
    void run() throws IOException;
  }

  private record Turn(Promise<?> promise, Lookup lookup) {}

  /** Runs it on a worker in its turn, unless its promise is done by then; fails where it fails. */
  void run(Promise<?> promise, Lookup lookup) {
    if (underWay >= maxUnderWay) {
      queue.removeIf(turn -> turn.promise().isDone());
      if (queue.size() >= maxQueued) {
        promise.tryFailure(new Pool.Busy());
      } else {
        queue.add(new Turn(promise, lookup));
      }
      return;
    }
    underWay++;
    try {
      workers.execute(
          () -> {
            try {
              lookup.run();
            } catch (IOException | RuntimeException failed) {
              promise.tryFailure(failed);
            } finally {
              loop.execute(this::workerFree);
            }
          });
    } catch (RejectedExecutionException busy) {
      underWay--;
      promise.tryFailure(busy);
    }
  }

  private void workerFree() {
    underWay--;
    // on from one that the workers refuse: nobody else would be left to begin the others
    while (underWay < maxUnderWay && !queue.isEmpty()) {
      Turn next = queue.remove();
      if (!next.promise().isDone()) {
        run(next.promise(), next.lookup());
      }
    }
  }
}
