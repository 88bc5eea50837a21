package io.mintmark.sidecar;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The few threads of a sidecar: event loops for the network, one timer, and workers for what waits.
 *
 * @param workers for what waits a little: files, hooks, names
 * @param requests for what waits for the broker: a credential each
 * @param calls gRPC's own, for what those who wait wait for; nothing waits on it
 * @param jitter evenly spread from 0 to 1
 */
public record Threads(
    EventLoopGroup network,
    ScheduledExecutorService timer,
    ExecutorService workers,
    ExecutorService requests,
    ExecutorService calls,
    InstantSource clock,
    DoubleSupplier jitter)
    implements AutoCloseable {
  private static final int LOOPS = 1;
  private static final int WORKERS = 8;
  private static final int REQUESTS = 4;
  private static final int CALLS = 2;
  private static final int WAITING = 4096;

  /** Unix sockets are there only where Linux's epoll is. */
  public static Threads start(InstantSource clock) {
    ThreadFactory daemons = daemons("mintmark-loop-");
    return new Threads(
        Epoll.isAvailable()
            ? new EpollEventLoopGroup(LOOPS, daemons)
            : new NioEventLoopGroup(LOOPS, daemons),
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mintmark-timer").factory()),
        pool(WORKERS, WAITING, new ThreadPoolExecutor.AbortPolicy(), daemons("mintmark-worker-")),
        pool(REQUESTS, WAITING, new ThreadPoolExecutor.AbortPolicy(), daemons("mintmark-request-")),
        callPool(),
        clock,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * gRPC takes no refusal: what it runs is bounded by the calls that are open, its threads are
   * there from the start, and at the end what its channels still have to say is nobody's news.
   */
  private static ExecutorService callPool() {
    ThreadPoolExecutor calls =
        pool(
            CALLS,
            Integer.MAX_VALUE,
            new ThreadPoolExecutor.DiscardPolicy(),
            daemons("mintmark-call-"));
    calls.allowCoreThreadTimeOut(false);
    calls.prestartAllCoreThreads();
    return calls;
  }

  private static ThreadFactory daemons(String name) {
    return Thread.ofPlatform().daemon().name(name, 0).factory();
  }

  static ThreadPoolExecutor pool(
      int threads, int waiting, RejectedExecutionHandler refusal, ThreadFactory factory) {
    ThreadPoolExecutor pool = new Pool(threads, waiting, refusal, factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Refuses what there is no thread for: where others used up the processes of a pod or user, the
   * JDK throws an error, after which those who ask would believe for ever that their task is run.
   */
  private static final class Pool extends ThreadPoolExecutor {
    Pool(int threads, int waiting, RejectedExecutionHandler refusal, ThreadFactory factory) {
      super(
          threads,
          threads,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(waiting),
          factory,
          refusal);
    }

    @Override
    public void execute(Runnable task) {
      try {
        super.execute(task);
      } catch (OutOfMemoryError noThread) {
        remove(task);
        throw new RejectedExecutionException("there is no thread to run it", noThread);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    requests.shutdownNow();
    calls.shutdownNow();
    var _ = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
