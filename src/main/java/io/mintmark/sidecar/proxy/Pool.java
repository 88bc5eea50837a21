package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one upstream: kept ones are used again, the youngest first; there are no more
 * than the limit, and no more wait for one than four times that. On one event loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Pool {
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final int WAITING_EACH = 4;

  private final Connector connector;
  private final Route.Origin origin;
  private final UpstreamTls tls;
  private final boolean http2;
  private final int limit;
  private final long life;
  private final Deque<Channel> idle = new ArrayDeque<>();
  private final Map<Channel, Deadline> ends = new HashMap<>();
  private final Map<Channel, Long> born = new HashMap<>();
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private @Nullable SharedConnection shared;
  private int open;
  private int connecting;
  private boolean closed;

  private record Waiter(Promise<Lease> promise, boolean fresh) {}

  /** No more may wait for this upstream. */
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1L;
  }

  Pool(
      Connector connector,
      Route.Origin origin,
      UpstreamTls tls,
      boolean http2,
      ProxyPlan.Limits limits) {
    this.connector = connector;
    this.origin = origin;
    this.tls = tls;
    this.http2 = http2;
    this.limit = limits.upstreamConnections();
    this.life = limits.life().toNanos();
  }

  /**
   * Completes with a lease, or with why there is none.
   *
   * @param fresh whether a kept connection will not do, since one has just failed
   */
  void lease(Promise<Lease> promise, boolean fresh) {
    if (closed || waiting.size() >= limit * WAITING_EACH) {
      promise.tryFailure(new Busy());
      return;
    }
    waiting.add(new Waiter(promise, fresh));
    pump();
  }

  void released(Lease lease, boolean clean) {
    Channel channel = lease.channel();
    if (lease.http2()) {
      channel.close();
    } else if (clean && !closed && channel.isActive() && open <= limit && !old(channel)) {
      idle.push(channel);
      Deadline end = ends.computeIfAbsent(channel, c -> new Deadline(c.eventLoop(), c::close));
      end.in(KEPT);
      // so that its end is seen
      channel.read();
    } else {
      channel.close();
    }
    pump();
  }

  void close() {
    closed = true;
    waiting.forEach(waiter -> waiter.promise().tryFailure(new Busy()));
    waiting.clear();
    List.copyOf(idle).forEach(Channel::close);
    SharedConnection connection = shared;
    if (connection != null) {
      connection.drain();
    }
  }

  private void pump() {
    while (!waiting.isEmpty()) {
      Waiter first = waiting.peek();
      renewShared();
      SharedConnection connection = shared;
      if (first.promise().isDone()) {
        waiting.remove();
      } else if (connection != null
          && connection.usable()
          && connector.current(connection.channel(), origin)) {
        connection.stream(waiting.remove().promise(), this);
      } else {
        Channel kept = first.fresh() ? null : kept();
        if (kept != null) {
          waiting.remove();
          lent(first.promise(), new Lease(kept, false, true, this));
        } else if (open + connecting < limit && connecting < (http2 ? 1 : waiting.size())) {
          connect();
        } else {
          return;
        }
      }
    }
  }

  private @Nullable Channel kept() {
    for (Channel channel = idle.poll(); channel != null; channel = idle.poll()) {
      Deadline end = ends.get(channel);
      if (end != null) {
        end.cancel();
      }
      // an answer before there was a question would be taken for the next caller's
      ResponseDecoder decoder = channel.pipeline().get(ResponseDecoder.class);
      if (channel.isActive()
          && !old(channel)
          && decoder != null
          && decoder.clean()
          && connector.current(channel, origin)) {
        return channel;
      }
      channel.close();
    }
    return null;
  }

  private void connect() {
    connecting++;
    connector.secure(origin, tls).addListener(this::connected);
  }

  private void connected(Future<? super Channel> made) {
    connecting--;
    if (!made.isSuccess()) {
      // whoever waits would fail the same way
      for (Waiter waiter = waiting.poll(); waiter != null; waiter = waiting.poll()) {
        waiter.promise().tryFailure(made.cause());
      }
      return;
    }
    Channel channel = (Channel) made.getNow();
    open++;
    born.put(channel, System.nanoTime());
    channel.closeFuture().addListener(ended -> gone(channel));
    if (closed) {
      channel.close();
      return;
    }
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    String protocol = handler == null ? null : handler.applicationProtocol();
    if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
      SharedConnection before = shared;
      if (before != null) {
        before.drain();
      }
      shared = SharedConnection.on(channel);
    } else {
      channel.pipeline().addLast(new ResponseDecoder(), new Gathering(), new HttpRequestEncoder());
      channel.config().setOption(ChannelOption.AUTO_READ, false);
      lentToNext(channel);
    }
    pump();
  }

  /** Whether it takes no more requests, so that whom it leads to is looked at again. */
  private boolean old(Channel channel) {
    Long since = born.get(channel);
    return since != null && System.nanoTime() - since > life;
  }

  /** What is under way on an old one ends there; where there is room for no other it stays. */
  private void renewShared() {
    SharedConnection connection = shared;
    if (connection != null
        && old(connection.channel())
        && (connection.unused() || open + connecting < limit)) {
      shared = null;
      connection.drain();
    }
  }

  private void lentToNext(Channel channel) {
    for (Waiter waiter = waiting.poll(); waiter != null; waiter = waiting.poll()) {
      if (!waiter.promise().isDone()) {
        lent(waiter.promise(), new Lease(channel, false, false, this));
        return;
      }
    }
    released(new Lease(channel, false, false, this), true);
  }

  private void lent(Promise<Lease> promise, Lease lease) {
    if (!promise.trySuccess(lease)) {
      released(lease, true);
    }
  }

  private void gone(Channel channel) {
    open--;
    born.remove(channel);
    idle.remove(channel);
    Deadline end = ends.remove(channel);
    if (end != null) {
      end.cancel();
    }
    SharedConnection connection = shared;
    if (connection != null && connection.channel().equals(channel)) {
      shared = null;
    }
    pump();
  }
}
