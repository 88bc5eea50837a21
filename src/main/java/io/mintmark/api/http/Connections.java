package io.mintmark.api.http;

import io.mintmark.api.Admission;
import io.mintmark.api.Callers;
import io.mintmark.api.Networks;
import io.mintmark.api.Shed;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All TCP connections to the listeners, counted before TLS costs anything. For what goes beyond one
 * that idles is closed, or where none does, the new one; of one address, or IPv6 /64, it is a part,
 * so that one stranger cannot take all.
 */
public final class Connections {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final LongSupplier nanos;
  private final Limits limits;
  private final Networks proxies;
  private final boolean paced;
  private final Consumer<Shed> shed;
  private final Map<EventLoop, Pace> paces = new ConcurrentHashMap<>();
  private final MemoryBudget memory;
  private final Roster open = new Roster();
  private final AtomicLong displaced = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private volatile boolean stopping;

  /**
   * @param most how many there may be
   * @param mostOfOne how many of one address; proxies may have them all
   * @param patience in what time a request must be here whole and its answer be read; whoever has
   *     no request under way is hung up on after three times that, and so is whoever does not
   *     answer an HTTP/2 ping
   * @param memory bytes that may hold what peers leave unfinished
   * @param memoryOfOne the same of one address; proxies may have it all
   */
  public record Limits(int most, int mostOfOne, Duration patience, long memory, long memoryOfOne) {
    private static final long MEMORY = 64 << 20;
    private static final long MEMORY_OF_ONE = 8 << 20;

    /** As much memory as the broker's heap bears. */
    public Limits(int most, int mostOfOne, Duration patience) {
      this(most, mostOfOne, patience, MEMORY, MEMORY_OF_ONE);
    }
  }

  /** Connections whose requests are all served. */
  public Connections(Limits limits, Networks proxies) {
    this(limits, proxies, false, why -> {});
  }

  /**
   * @param paced whether requests are turned away while an event loop does not keep up
   * @param shed told of each request and connection that is turned away
   */
  public Connections(Limits limits, Networks proxies, boolean paced, Consumer<Shed> shed) {
    this(limits, proxies, paced, shed, System::nanoTime);
  }

  Connections(
      Limits limits, Networks proxies, boolean paced, Consumer<Shed> shed, LongSupplier nanos) {
    this.nanos = nanos;
    this.limits = limits;
    this.proxies = proxies;
    this.paced = paced;
    this.shed = shed;
    this.memory = new MemoryBudget(limits.memory(), limits.memoryOfOne(), proxies);
  }

  /**
   * Whether a request that costs cryptography has to be turned away, which is to be asked before
   * anything of it is read; on its event loop.
   */
  public static boolean turnsAway(HttpServerRequest request) {
    Watch watch = Watch.of(request);
    Pace pace = watch.pace();
    return pace != null && watch.all().turnsAway(pace, watch.peer(), request);
  }

  private boolean turnsAway(Pace pace, InetAddress peer, HttpServerRequest request) {
    InetAddress source = peer;
    if (proxies.contains(peer)) {
      source = Callers.nearest(proxies, peer, request.headers().getAll(Callers.FORWARDED));
    }
    Shed why = pace.request(Admission.network(source));
    if (why != null) {
      shed.accept(why);
    }
    return why != null;
  }

  /** Lets a connection in and looks after it, or says that it must be closed. */
  boolean admit(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return false;
    }
    InetAddress peer = remote.getAddress();
    Pace pace = paced ? pace(channel.eventLoop()) : null;
    Shed why = pace == null ? null : pace.connection(Admission.network(peer));
    if (why != null) {
      shed.accept(why);
      return false;
    }
    Watch watch = new Watch(this, peer, pace);
    channel.pipeline().addFirst(watch);
    int most = proxies.contains(peer) ? limits.most() : limits.mostOfOne();
    switch (open.add(watch, limits.most(), most)) {
      case Roster.Place.Free() -> {}
      case Roster.Place.Of(Watch idle) -> {
        displaced.incrementAndGet();
        idle.giveWay();
      }
      case Roster.Place.None() -> {
        refused.incrementAndGet();
        return false;
      }
    }
    channel.closeFuture().addListener(closed -> open.remove(watch));
    return true;
  }

  private Pace pace(EventLoop loop) {
    return paces.computeIfAbsent(loop, absent -> new Pace(nanos));
  }

  /** One that was to give way is in use again. */
  void keep(Watch watch) {
    open.restore(watch);
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
    List<CompletableFuture<Boolean>> said = open.all().stream().map(Watch::hasAnswered).toList();
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

  /** What may be held for the peer of a request, and others like it. */
  public static MemoryBudget memory(HttpServerRequest request) {
    return Watch.of(request).all().memory();
  }

  MemoryBudget memory() {
    return memory;
  }

  /** Something of a request was turned away. */
  public static void shed(HttpServerRequest request, Shed why) {
    Watch.of(request).all().shed(why);
  }

  void shed(Shed why) {
    shed.accept(why);
  }

  Limits limits() {
    return limits;
  }

  /** Something was ended that took its time. */
  void cutOne() {
    cut.incrementAndGet();
  }

  /** What the last turn of the slowest event loop took. */
  public Duration turn() {
    return Duration.ofNanos(paces.values().stream().mapToLong(Pace::took).max().orElse(0));
  }

  /** How many are open. */
  public int open() {
    return open.count();
  }

  /** How many were closed because there were too many. */
  public long refused() {
    return refused.get();
  }

  /** How many that idled were closed in favour of others. */
  public long displaced() {
    return displaced.get();
  }

  /** How many requests or connections were cut off because they took their time. */
  public long cut() {
    return cut.get();
  }
}
