package io.mintmark.api.http;

import io.mintmark.api.Admission;
import io.mintmark.api.Networks;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All TCP connections to the listeners, counted before TLS costs anything. What goes beyond is
 * closed at once; of one address, or IPv6 /64, it is a part, so that one stranger cannot take all.
 */
public final class Connections {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final Limits limits;
  private final Networks proxies;
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<InetAddress, Integer> byNetwork = new ConcurrentHashMap<>();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private volatile boolean stopping;

  /**
   * @param most how many there may be
   * @param mostOfOne how many of one address; proxies may have them all
   * @param patience in what time a request must be here whole and its answer be read; whoever has
   *     no request under way is hung up on after three times that, and so is whoever does not
   *     answer an HTTP/2 ping
   */
  public record Limits(int most, int mostOfOne, Duration patience) {}

  public Connections(Limits limits, Networks proxies) {
    this.limits = limits;
    this.proxies = proxies;
  }

  /** Lets a connection in and looks after it, or says that it must be closed. */
  boolean admit(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return false;
    }
    InetAddress network = Admission.network(remote.getAddress());
    int most = proxies.contains(remote.getAddress()) ? limits.most() : limits.mostOfOne();
    int all = count.incrementAndGet();
    int own = byNetwork.merge(network, 1, Integer::sum);
    if (all > limits.most() || own > most) {
      leave(network);
      refused.incrementAndGet();
      return false;
    }
    Watch watch = new Watch(limits.patience(), cut::incrementAndGet);
    open.add(watch);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(watch);
              leave(network);
            });
    channel.pipeline().addFirst(watch);
    return true;
  }

  private void leave(InetAddress network) {
    count.decrementAndGet();
    byNetwork.computeIfPresent(network, (same, held) -> held > 1 ? held - 1 : null);
  }

  /**
   * From now on a request that begins is refused, with a word to try again.
   *
   * @return completed when those that had begun are answered, or after twice the patience
   */
  public CompletionStage<Void> stop() {
    stopping = true;
    CompletableFuture<Void> answered = new CompletableFuture<>();
    waitForAnswers(answered);
    return answered.completeOnTimeout(
        null, 2 * limits.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks on every event loop in turn, and again until all say that they have answered. */
  private void waitForAnswers(CompletableFuture<Void> answered) {
    List<CompletableFuture<Boolean>> said = open.stream().map(Watch::hasAnswered).toList();
    var _ =
        CompletableFuture.allOf(said.toArray(CompletableFuture[]::new))
            .thenRun(
                () -> {
                  if (said.stream().allMatch(CompletableFuture::join)) {
                    answered.complete(null);
                  } else if (!answered.isDone()) {
                    LATER.execute(() -> waitForAnswers(answered));
                  }
                });
  }

  /** Whether no request may begin any more. */
  boolean isStopping() {
    return stopping;
  }

  /** How many are open. */
  public int open() {
    return count.get();
  }

  /** How many were closed because there were too many. */
  public long refused() {
    return refused.get();
  }

  /** How many requests or connections were cut off because they took their time. */
  public long cut() {
    return cut.get();
  }
}
