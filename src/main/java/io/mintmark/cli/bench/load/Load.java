package io.mintmark.cli.bench.load;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers on one thread, for some time. In a closed loop each asks again as soon as it is answered.
 * In an open loop requests are due at a rate whatever becomes of those before, and wait where all
 * callers are busy: what they wait counts, so that a broker that stalls is not spared the requests
 * it would have had.
 */
public final class Load {
  private static final long LATE_ANSWERS = TimeUnit.SECONDS.toNanos(15);
  private static final long TICK = 50_000;

  private final EventLoop loop;
  private final double rate;
  private final Deque<Caller> idle = new ArrayDeque<>();
  private final long end;
  private final long began = System.nanoTime();
  private final Measured.Builder measured = new Measured.Builder(began);
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final int callers;
  private long issued;

  private Load(EventLoop loop, Collection<? extends Caller> callers, double rate, Duration time) {
    this.loop = loop;
    this.rate = rate;
    this.callers = callers.size();
    this.idle.addAll(callers);
    this.end = began + time.toNanos();
  }

  /**
   * @param rate requests a second of an open loop; 0 for a closed one
   */
  public static Measured run(
      EventLoop loop, Collection<? extends Caller> callers, double rate, Duration time)
      throws InterruptedException {
    Load load = new Load(loop, callers, rate, time);
    loop.execute(load::send);
    return load.measured();
  }

  private Measured measured() throws InterruptedException {
    while (rate > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TICK);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      loop.execute(this::send);
    }
    long left = end - System.nanoTime() + LATE_ANSWERS;
    CompletableFuture<Void> over =
        done.completeOnTimeout(null, Math.max(0, left), TimeUnit.NANOSECONDS);
    // what waits for the loop's thread is seen by this one
    var _ = loop.schedule(this::send, end - System.nanoTime(), TimeUnit.NANOSECONDS);
    try {
      over.get();
      return loop.submit(() -> measured.over(callers - idle.size(), unasked())).get();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("the driver fails", broken.getCause());
    }
  }

  /** Requests that were due, for which no caller was free until the end. */
  private long unasked() {
    return rate > 0 ? Math.max(0, due(end) - issued) : 0;
  }

  private long due(long now) {
    return (long) (rate * (now - began) / 1e9);
  }

  private void send() {
    long now = System.nanoTime();
    long due = rate > 0 ? due(now) : Long.MAX_VALUE;
    while (!idle.isEmpty() && now - end < 0 && issued < due) {
      Caller caller = idle.removeFirst();
      long intended = rate > 0 ? began + (long) (issued * 1e9 / rate) : now;
      issued++;
      caller.ask(
          failure -> {
            measured.ended(intended, System.nanoTime(), failure);
            idle.addLast(caller);
            send();
          });
    }
    if (idle.size() == callers && now - end >= 0) {
      done.complete(null);
    }
  }
}
