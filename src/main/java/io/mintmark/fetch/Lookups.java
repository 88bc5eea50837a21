package io.mintmark.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Name look-ups, one at a time for each host. The system's cannot be interrupted: a name server
 * that answers late holds a thread long after its fetch was given up, and if each attempt began
 * another, it would hold them all and no other host's keys could be fetched.
 */
final class Lookups implements AutoCloseable {
  private static final int MAX_AT_ONCE = 16;

  private final Resolver resolver;

  // guarded by this
  private final Map<String, CompletableFuture<List<InetAddress>>> running = new HashMap<>();

  /** Of the platform: a stuck name server would otherwise hold up all virtual threads. */
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MAX_AT_ONCE,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("mintmark-lookup-", 0).factory());

  Lookups(Resolver resolver) {
    this.resolver = resolver;
  }

  /** Waits for the look-up of this host that runs, or for one of its own. */
  List<InetAddress> resolve(String host)
      throws FetchRefused, UnknownHostException, InterruptedException {
    try {
      return lookup(host).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("name look-up failed unexpectedly", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private synchronized CompletableFuture<List<InetAddress>> lookup(String host)
      throws FetchRefused {
    CompletableFuture<List<InetAddress>> known = running.get(host);
    if (known != null) {
      return known;
    }
    CompletableFuture<List<InetAddress>> begun = new CompletableFuture<>();
    try {
      threads.execute(() -> look(host, begun));
    } catch (RejectedExecutionException busy) {
      throw new FetchRefused(
          FetchFailure.UNRESOLVED, "too many name look-ups wait for an answer already");
    }
    running.put(host, begun);
    return begun;
  }

  private void look(String host, CompletableFuture<List<InetAddress>> begun) {
    try {
      List<InetAddress> addresses = List.copyOf(resolver.resolve(host));
      ended(host);
      begun.complete(addresses);
    } catch (UnknownHostException | RuntimeException | Error failed) {
      ended(host);
      begun.completeExceptionally(failed);
    }
  }

  /** Before those who wait go on: who asks after that gets a look-up of his own. */
  private synchronized void ended(String host) {
    running.remove(host);
  }
}
