package io.mintmark.sidecar;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The few threads of a sidecar: event loops for the network, one timer, and workers for what waits.
 *
 * @param jitter evenly spread from 0 to 1
 */
public record Threads(
    EventLoopGroup network,
    ScheduledExecutorService timer,
    ExecutorService workers,
    InstantSource clock,
    DoubleSupplier jitter)
    implements AutoCloseable {
  private static final int LOOPS = 1;
  private static final int WORKERS = 8;
  private static final int WAITING = 4096;

  /** Unix sockets are there only where Linux's epoll is. */
  public static Threads start(InstantSource clock) {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("mintmark-loop-", 0).factory();
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("mintmark-worker-", 0).factory());
    workers.allowCoreThreadTimeOut(true);
    return new Threads(
        Epoll.isAvailable()
            ? new EpollEventLoopGroup(LOOPS, daemons)
            : new NioEventLoopGroup(LOOPS, daemons),
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mintmark-timer").factory()),
        workers,
        clock,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    var _ = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
