package io.mintmark.api.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  private static final int FEW = 32;

  /** RFC 9113 section 7. */
  private static final long CANCEL = 8;

  private static final Buffer PING = Buffer.buffer(new byte[8]);

  private final Duration patience;
  private final Runnable cut;
  private final List<HttpServerRequest> young = new ArrayList<>();
  private final List<HttpServerRequest> old = new ArrayList<>();
  private int sweepAt = FEW;
  private boolean asked;
  private boolean heard;
  private int roundsUnasked;
  private int roundsUnheard;
  private @Nullable HttpConnection http2;
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> rounds;

  /**
   * @param patience how long a round is
   * @param cut called where something is ended that took its time
   */
  Watch(Duration patience, Runnable cut) {
    this.patience = patience;
    this.cut = cut;
  }

  /** The one that looks after a request's connection. */
  static Watch of(HttpServerRequest request) {
    return ((ConnectionBase) request.connection()).channel().attr(KEY).get();
  }

  /**
   * A request began. False where the connection is to be closed: answers pile up that nobody reads,
   * and more are asked for (HTTP/1.1 pipelining).
   */
  boolean began(HttpServerRequest request) {
    asked = true;
    young.add(request);
    if (young.size() >= sweepAt) {
      young.removeIf(Watch::isOver);
      sweepAt = Math.max(FEW, 2 * young.size());
    }
    if (request.version() == HttpVersion.HTTP_2) {
      http2 = request.connection();
      return true;
    }
    return ((ConnectionBase) request.connection()).channel().isWritable();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added.channel().attr(KEY).set(this);
    long millis = patience.toMillis();
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
  }

  /** Whether all that began on this connection is answered; asked on its event loop. */
  CompletableFuture<Boolean> hasAnswered() {
    ChannelHandlerContext now = context;
    return now == null || now.isRemoved()
        ? CompletableFuture.completedFuture(true)
        : CompletableFuture.supplyAsync(
            () ->
                now.isRemoved()
                    || (young.stream().allMatch(Watch::isOver)
                        && old.stream().allMatch(Watch::isOver)),
            now.executor());
  }

  @Override
  public void channelRead(ChannelHandlerContext here, Object message) {
    heard = true;
    here.fireChannelRead(message);
  }

  /** Vert.x closes where it is sent a broken chunk, with an answer that is written and not sent. */
  @Override
  public void close(ChannelHandlerContext here, ChannelPromise closed) {
    here.flush();
    var _ = here.close(closed);
  }

  private void round(ChannelHandlerContext here) {
    for (HttpServerRequest request : old) {
      // still being sent, or answered and the answer still not read
      if (!isOver(request) && (!request.isEnded() || request.response().ended())) {
        cut.run();
        end(request);
      }
    }
    old.removeIf(Watch::isOver);
    young.removeIf(Watch::isOver);
    old.addAll(young);
    young.clear();
    roundsUnasked = asked || !old.isEmpty() ? 0 : roundsUnasked + 1;
    roundsUnheard = heard ? 0 : roundsUnheard + 1;
    asked = false;
    heard = false;
    HttpConnection pinged = http2;
    if (roundsUnasked >= ROUNDS || (pinged != null && roundsUnheard > ROUNDS)) {
      cut.run();
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

  /** An HTTP/2 stream closes when both sides are done; HTTP/1.1 goes on. */
  private static boolean isOver(HttpServerRequest request) {
    return request.response().closed()
        || (request.version() != HttpVersion.HTTP_2
            && request.isEnded()
            && request.response().ended());
  }
}
