package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: gets a credential and an upstream, passes bodies both ways at the pace of
 * the slower side, and repeats once what a resource refused an old credential for. On one event
 * loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Exchange {
  private static final int INFORMATIONAL_END = 200;
  private static final int MAX_INFORMATIONAL = 16;
  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

  private final Engine engine;
  private final Caller caller;
  private final Route route;
  private final HttpRequest head;
  private final Outgoing outgoing;
  private final boolean websocket;
  private final Deadline deadline;
  private final Deque<HttpContent> waiting = new ArrayDeque<>();
  private final Deque<HttpObject> heldBack = new ArrayDeque<>();
  private final Replay replay;
  private final long began = System.nanoTime();
  private @Nullable Held held;
  private @Nullable Lease lease;
  private boolean requestDone;
  private boolean answering;
  private boolean unflushed;
  private boolean holding;
  private boolean refreshed;
  private boolean tryAgainAllowed = true;
  private boolean over;
  private int informational;

  Exchange(Engine engine, Caller caller, HttpRequest head, Screen.Verdict.Routed routed) {
    this.engine = engine;
    this.caller = caller;
    this.route = routed.route();
    this.head = head;
    this.websocket = routed.websocket();
    this.outgoing = new Outgoing(head, routed, engine.plan().secret());
    this.deadline = new Deadline(engine.loop(), this::late);
    this.replay = new Replay(engine.budget());
    this.requestDone = head instanceof FullHttpRequest;
    if (requestDone) {
      replay.nothing();
    }
  }

  void begin() {
    deadline.in(engine.plan().limits().response());
    switch (engine.credentials().current(route.wanted())) {
      case State.Pending _ ->
          engine
              .credentials()
              .soon(route.wanted())
              .whenComplete((state, _) -> engine.loop().execute(() -> credential(state)));
      case State state -> credential(state);
    }
  }

  /** A part of the request's body; taken over. */
  void body(HttpContent part) {
    requestDone |= part instanceof LastHttpContent;
    if (over) {
      part.release();
      return;
    }
    if (!refreshed) {
      replay.add(part);
    }
    Lease to = lease;
    if (to == null) {
      waiting.add(part);
    } else {
      deadline.in(engine.plan().limits().idle());
      to.channel().writeAndFlush(outgoing.part(part, to.http2()));
    }
  }

  /** The caller may be read from, or written to, again. */
  void flow() {
    if (unflushed) {
      unflushed = false;
      caller.channel().flush();
    }
    Lease now = lease;
    if (over || now == null) {
      return;
    }
    if (now.channel().isWritable() && !requestDone) {
      caller.channel().read();
    }
    if (caller.channel().isWritable() && !holding) {
      now.channel().read();
    }
  }

  /** The caller went away. */
  void abandoned() {
    if (!over) {
      ended();
      engine.counts().turnedAway("caller-gone");
      drop(false);
    }
  }

  private void credential(@Nullable State state) {
    if (over) {
      return;
    }
    if (state instanceof State.Ready(Held ready)
        && ready.expiresAt().isAfter(engine.clock().instant())) {
      held = ready;
      connect(false);
      return;
    }
    refuse(
        Refusal.CREDENTIAL_UNAVAILABLE,
        state instanceof State.Unavailable(String reason, _) ? reason : null);
  }

  private void connect(boolean fresh) {
    Promise<Lease> promise = engine.loop().newPromise();
    promise.addListener(this::connected);
    engine.upstreams().pool(route.upstream(), caller.http2()).lease(promise, fresh);
  }

  private void connected(Future<? super Lease> result) {
    if (!result.isSuccess()) {
      if (!over) {
        refuse(Failures.of(result.cause(), route), null);
      }
      return;
    }
    Lease got = (Lease) result.getNow();
    Held credential = held;
    if (over || credential == null || !credential.expiresAt().isAfter(engine.clock().instant())) {
      got.release(true);
      if (!over) {
        refuse(Refusal.CREDENTIAL_UNAVAILABLE, "expired");
      }
      return;
    }
    lease = got;
    Channel channel = got.channel();
    channel.pipeline().addLast(new UpstreamSide(this, got));
    UpstreamSide.expect(got, head.method());
    channel.write(outgoing.head(credential, got.http2()));
    engine.counts().injected(route);
    for (HttpContent part = waiting.poll(); part != null; part = waiting.poll()) {
      channel.write(outgoing.part(part, got.http2()));
    }
    channel.flush();
    if (requestDone) {
      caller.awaitEnd();
    }
    flow();
  }

  /** The upstream began to answer; taken over. */
  void response(Lease from, HttpResponse response) {
    if (over || !from.equals(lease)) {
      ReferenceCountUtil.release(response);
      return;
    }
    int status = response.status().code();
    if (status < INFORMATIONAL_END) {
      informational(from, response);
    } else if (status == HttpResponseStatus.UNAUTHORIZED.code() && !refreshed) {
      unauthorized(response);
    } else {
      answer(response);
    }
  }

  /** A part of the answer's body; taken over. */
  void content(Lease from, HttpContent part) {
    if (over || !from.equals(lease)) {
      part.release();
    } else if (holding) {
      heldBack.add(part);
    } else if (!answering) {
      part.release();
      refuse(Refusal.UPSTREAM_MALFORMED, null);
    } else {
      deadline.in(engine.plan().limits().idle());
      boolean last = part instanceof LastHttpContent;
      caller.channel().writeAndFlush(outgoing.answerPart(part));
      unflushed = false;
      if (last) {
        answered();
      }
    }
  }

  /** The upstream went away, or broke the rules. */
  void failed(Lease from, Refusal why) {
    if (over || !from.equals(lease)) {
      return;
    }
    boolean stale = from.reused() && why == Refusal.UPSTREAM_UNREACHABLE && !answering && !holding;
    if (stale && tryAgainAllowed && replay.whole() && IDEMPOTENT.contains(head.method())) {
      tryAgainAllowed = false;
      again(true);
    } else if (holding) {
      // what it said stands, whatever became of it
      passOn();
      if (!over) {
        refuse(why, null);
      }
    } else {
      refuse(why, null);
    }
  }

  private void informational(Lease from, HttpResponse response) {
    boolean switching = response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    boolean unexpected = switching && (!websocket || !outgoing.switches(response));
    if (unexpected || ++informational > MAX_INFORMATIONAL) {
      ReferenceCountUtil.release(response);
      refuse(Refusal.UPSTREAM_MALFORMED, null);
      return;
    }
    if (!switching) {
      if (caller.http2()
          || !head.protocolVersion().equals(io.netty.handler.codec.http.HttpVersion.HTTP_1_0)) {
        caller.channel().writeAndFlush(outgoing.answer(response, caller.http2()));
      }
      ReferenceCountUtil.release(response);
      UpstreamSide.nextResponse(from.channel());
      return;
    }
    over = true;
    engine.counts().answered(route, response.status().code());
    ended();
    caller.channel().writeAndFlush(outgoing.answer(response, false));
    ReferenceCountUtil.release(response);
    Relay.join(caller.channel(), from.channel(), engine.plan().limits().idle());
  }

  private void answer(HttpResponse response) {
    answering = true;
    replay.drop();
    engine.counts().answered(route, response.status().code());
    engine.counts().upstreamTook(route, System.nanoTime() - began);
    deadline.in(engine.plan().limits().idle());
    caller.responding(head.method());
    // with what was read together with it, or at the end of the read: one packet in place of two
    caller.channel().write(outgoing.answer(response, caller.http2()));
    unflushed = true;
    boolean whole = response instanceof FullHttpResponse;
    ReferenceCountUtil.release(response);
    if (whole) {
      caller.channel().flush();
      answered();
    }
  }

  private void answered() {
    ended();
    drop(requestDone && outgoing.keepsUpstream());
    caller.finished(requestDone && outgoing.keepsCaller());
  }

  /** A refused credential is worn out, whatever its expiry says: the next request gets another. */
  private void unauthorized(HttpResponse response) {
    refreshed = true;
    Held refused = java.util.Objects.requireNonNull(held);
    var renewed = engine.credentials().newerThan(route.wanted(), refused);
    if (!replay.whole()) {
      answer(response);
      return;
    }
    holding = true;
    heldBack.add(response);
    deadline.in(engine.plan().limits().connect());
    renewed.whenComplete((state, _) -> engine.loop().execute(() -> renewed(refused, state)));
  }

  private void renewed(Held refused, @Nullable State state) {
    if (over || !holding) {
      return;
    }
    if (!(state instanceof State.Ready(Held ready))
        || ready.equals(refused)
        || !ready.expiresAt().isAfter(engine.clock().instant())) {
      passOn();
      return;
    }
    held = ready;
    engine.counts().retried(route);
    again(false);
  }

  private void passOn() {
    holding = false;
    for (HttpObject part = heldBack.poll(); part != null; part = heldBack.poll()) {
      Lease from = java.util.Objects.requireNonNull(lease);
      if (part instanceof HttpResponse response) {
        answer(response);
      } else if (part instanceof HttpContent content) {
        content(from, content);
      }
      if (over) {
        heldBack.forEach(ReferenceCountUtil::release);
        heldBack.clear();
      }
    }
    flow();
  }

  private void again(boolean fresh) {
    holding = false;
    heldBack.forEach(ReferenceCountUtil::release);
    heldBack.clear();
    drop(false);
    waiting.addAll(replay.again());
    deadline.in(engine.plan().limits().response());
    connect(fresh);
  }

  private void late() {
    if (holding) {
      passOn();
    } else {
      refuse(Refusal.UPSTREAM_TIMEOUT, null);
    }
  }

  private void refuse(Refusal refusal, @Nullable String detail) {
    ended();
    drop(false);
    if (answering) {
      caller.broken();
    } else {
      caller.refused(refusal, detail, requestDone);
    }
  }

  private void ended() {
    over = true;
    deadline.cancel();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    heldBack.forEach(ReferenceCountUtil::release);
    heldBack.clear();
    replay.drop();
  }

  private void drop(boolean clean) {
    Lease had = lease;
    lease = null;
    if (had != null) {
      UpstreamSide.leave(had, clean);
    }
  }
}
