package io.mintmark.api.http;

import io.mintmark.api.Shed;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one TCP connection from its first byte, below TLS. An idle timeout begins anew with
 * every byte that a slow sender lets fall (slowloris), and ends a stream of trust bundles that has
 * nothing to say; this asks each while what has become of the bytes. All of it runs on the
 * connection's own event loop.
 */
final class Watch extends ChannelDuplexHandler {
  private static final AttributeKey<Watch> KEY = AttributeKey.valueOf(Watch.class, "watch");
  private static final int ROUNDS = 3;

  /**
   * How many requests are kept before it is looked which are over; they hold some kilobytes each.
   */
  private static final int FEW = 2;

  /** RFC 9113 section 7. */
  private static final long CANCEL = 8;

  private static final Buffer PING = Buffer.buffer(new byte[8]);

  private final Connections all;
  private final InetAddress peer;
  private final @Nullable Pace pace;
  private final List<Kept> young = new ArrayList<>();
  private final List<Kept> old = new ArrayList<>();
  private final Heads heads;

  private int sweepAt = FEW;

  /** Whether a request is under way, or was within the last round; read by other threads. */
  private volatile boolean used;

  private @Nullable Kept last;
  private boolean gone;
  private boolean asked;
  private boolean heard;
  private int roundsUnasked;
  private int roundsUnheard;
  private @Nullable HttpConnection http2;
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> rounds;

  /**
   * A request that began.
   *
   * @param held bytes for its head, which lives as long
   */
  private record Kept(HttpServerRequest request, int held) {
    /** An HTTP/2 stream closes when both sides are done; HTTP/1.1 goes on. */
    boolean isOver() {
      return request.response().closed()
          || (request.version() != HttpVersion.HTTP_2
              && request.isEnded()
              && request.response().ended());
    }
  }

  /**
   * @param peer the address at the other end
   * @param pace of the connection's event loop; null where it does not matter
   */
  Watch(Connections all, InetAddress peer, @Nullable Pace pace) {
    this.all = all;
    this.peer = peer;
    this.pace = pace;
    this.heads = new Heads(this::take, this::give);
  }

  /** The one that looks after a request's connection. */
  static Watch of(HttpServerRequest request) {
    return of(channel(request));
  }

  private static Channel channel(HttpServerRequest request) {
    return ((HttpServerConnection) request.connection()).channel();
  }

  static Watch of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /**
   * A request began. False where the connection is to be closed: there is no memory for its head;
   * or answers pile up that nobody reads, and more are asked for (HTTP/1.1 pipelining).
   */
  boolean began(HttpServerRequest request) {
    asked = true;
    used = true;
    heads.whole();
    if (young.size() >= sweepAt) {
      forget(young);
      sweepAt = Math.max(FEW, 2 * young.size());
    }
    if (request.version() == HttpVersion.HTTP_2) {
      http2 = request.connection();
      int bytes = Heads.bytes(RequestRules.size(request.headers().iterator()));
      if (!takeForHead(bytes)) {
        return false;
      }
      keep(new Kept(request, bytes));
      return true;
    }
    keep(new Kept(request, heads.next()));
    return channel(request).isWritable();
  }

  private void keep(Kept begun) {
    last = begun;
    young.add(begun);
  }

  /** A head of HTTP/1 was read. False where there is no memory for it. */
  boolean holds(HttpHeaders fields) {
    int bytes = Heads.bytes(RequestRules.size(fields.iteratorCharSequence()));
    heads.read();
    if (!takeForHead(bytes)) {
      return false;
    }
    heads.waits(bytes);
    return true;
  }

  /** How many requests of HTTP/1 wait for the answer to another. */
  int waiting() {
    return heads.waiting();
  }

  private boolean takeForHead(int bytes) {
    if (gone) {
      return false;
    }
    if (bytes == 0 || take(bytes)) {
      return true;
    }
    forget(young);
    forget(old);
    if (take(bytes)) {
      return true;
    }
    all.shed(Shed.MEMORY);
    return false;
  }

  private void forget(List<Kept> kept) {
    kept.removeIf(
        each -> {
          boolean over = each.isOver();
          if (over) {
            give(each.held());
          }
          return over;
        });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added.channel().attr(KEY).set(this);
    long millis = all.limits().patience().toMillis();
    rounds =
        added
            .executor()
            .scheduleWithFixedDelay(() -> round(added), millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    if (rounds != null) {
      rounds.cancel(false);
    }
    gone = true;
    heads.giveAll();
    Stream.concat(young.stream(), old.stream()).map(Kept::held).forEach(this::give);
    young.clear();
    old.clear();
  }

  /** Those that this one is among. */
  Connections all() {
    return all;
  }

  /** The address at the other end. */
  InetAddress peer() {
    return peer;
  }

  @Nullable Pace pace() {
    return pace;
  }

  /** Whether all that began on this connection is answered; asked on its event loop. */
  CompletableFuture<Boolean> hasAnswered() {
    ChannelHandlerContext now = context;
    return now == null || now.isRemoved()
        ? CompletableFuture.completedFuture(true)
        : CompletableFuture.supplyAsync(
            () ->
                now.isRemoved()
                    || Stream.concat(young.stream(), old.stream()).allMatch(Kept::isOver),
            now.executor());
  }

  @Override
  public void channelRead(ChannelHandlerContext here, Object message) {
    heard = true;
    Pace kept = pace;
    if (kept != null && kept.heard()) {
      afterTurn(here.executor(), kept::ended);
    }
    if (message instanceof ByteBuf bytes && !holdsHead(bytes.readableBytes())) {
      bytes.release();
      all.shed(Shed.MEMORY);
      var _ = here.close();
      return;
    }
    here.fireChannelRead(message);
  }

  /** Vert.x closes where it is sent a broken chunk, with an answer that is written and not sent. */
  @Override
  public void close(ChannelHandlerContext here, ChannelPromise closed) {
    here.flush();
    var _ = here.close(closed);
  }

  private boolean holdsHead(int bytes) {
    return http2 != null || (last != null && !last.request().isEnded()) || heads.arrived(bytes);
  }

  boolean take(int bytes) {
    return all.memory().take(peer, bytes);
  }

  void give(int bytes) {
    all.memory().give(peer, bytes);
  }

  /** Ends the connection later, where it idles by then. */
  void giveWay() {
    ChannelHandlerContext now = context;
    if (now == null) {
      return;
    }
    now.executor()
        .execute(
            () -> {
              if (used && now.channel().isActive()) {
                all.keep(this);
              } else {
                var _ = now.close();
              }
            });
  }

  boolean isUsed() {
    return used;
  }

  /** Says that it is ended because it goes on and on. */
  void cutOff() {
    all.cutOne();
  }

  private static void afterTurn(EventExecutor loop, Runnable task) {
    if (loop instanceof SingleThreadEventLoop turning) {
      turning.executeAfterEventLoopIteration(task);
    } else {
      loop.execute(task);
    }
  }

  private void round(ChannelHandlerContext here) {
    for (Kept kept : old) {
      HttpServerRequest request = kept.request();
      // still being sent, or answered and the answer still not read
      if (!kept.isOver() && (!request.isEnded() || request.response().ended())) {
        all.cutOne();
        end(request);
      }
    }
    forget(old);
    forget(young);
    old.addAll(young);
    young.clear();
    used = asked || !old.isEmpty();
    if (last != null && last.isOver()) {
      last = null;
    }
    roundsUnasked = asked || !old.isEmpty() ? 0 : roundsUnasked + 1;
    roundsUnheard = heard ? 0 : roundsUnheard + 1;
    asked = false;
    heard = false;
    HttpConnection pinged = http2;
    if (pinged != null && roundsUnasked == ROUNDS && roundsUnheard <= ROUNDS) {
      // what is on its way now was not heard, and may be sent again (RFC 9113 section 6.8)
      pinged.goAway(0);
    } else if (roundsUnasked >= ROUNDS || (pinged != null && roundsUnheard > ROUNDS)) {
      all.cutOne();
      var _ = here.close();
    } else if (pinged != null && roundsUnheard > 0) {
      pinged.ping(PING);
    }
  }

  private static void end(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(CANCEL);
    } else {
      request.connection().close();
    }
  }
}
