package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A caller's connection of HTTP/1.1 or stream of HTTP/2: one request after another. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class CallerSide extends ChannelInboundHandlerAdapter implements Caller {
  private static final Duration NEXT_HEAD = Duration.ofMinutes(1);
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final int MAX_DRAINED = 1 << 20;

  private final Engine engine;
  private final boolean http2;
  private final Channel channel;
  private final Deadline deadline;
  private @Nullable Exchange exchange;
  private HttpMethod asked = HttpMethod.GET;
  private boolean requestDone = true;
  private boolean keeps;
  private boolean draining;
  private boolean stopping;
  private boolean closing;
  private boolean waitsForRoom;
  private int drained;

  CallerSide(Engine engine, Channel channel, boolean http2) {
    this.engine = engine;
    this.channel = channel;
    this.http2 = http2;
    this.deadline = new Deadline(channel.eventLoop(), this::late);
  }

  /** The proxy stops: no further request is taken from a connection. */
  enum Stopping {
    NOW
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public boolean http2() {
    return http2;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline.in(engine.plan().limits().head());
    if (channel.isActive()) {
      context.read();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    deadline.cancel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case Malformed(Refusal refusal) -> malformed(refusal);
      case HttpRequest request -> request(request);
      case HttpContent content -> content(content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void request(HttpRequest request) {
    deadline.cancel();
    asked = request.method();
    requestDone = request instanceof FullHttpRequest;
    keeps = Outgoing.keepsAlive(request.protocolVersion(), request.headers());
    switch (engine.screen().verdict(request, http2)) {
      case Screen.Verdict.Refused(Refusal refusal) -> refused(refusal, null, requestDone);
      case Screen.Verdict.Tunnelled(Authority to) -> Tunnel.open(engine, this, to);
      case Screen.Verdict.Routed routed -> {
        Exchange begun = new Exchange(engine, this, request, routed);
        exchange = begun;
        begun.begin();
      }
    }
    ReferenceCountUtil.release(request);
  }

  private void content(HttpContent part) {
    requestDone |= part instanceof LastHttpContent;
    Exchange running = exchange;
    if (running != null) {
      running.body(part);
      return;
    }
    drained += part.content().readableBytes();
    part.release();
    if (draining && (requestDone || drained > MAX_DRAINED)) {
      close();
    }
  }

  private void malformed(Refusal refusal) {
    requestDone = false;
    Exchange running = exchange;
    if (running != null) {
      running.abandoned();
      exchange = null;
      drain();
    } else if (!draining) {
      refused(refusal, null, false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Exchange running = exchange;
    if (running != null) {
      running.flow();
    } else if (draining) {
      context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (waitsForRoom && channel.isWritable()) {
      waitsForRoom = false;
      next();
    }
    Exchange running = exchange;
    if (running != null) {
      running.flow();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    gone();
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame) {
      gone();
    } else if (event instanceof Stopping) {
      stopping = true;
      if (exchange == null) {
        close();
      }
    }
    ReferenceCountUtil.release(event);
  }

  private void gone() {
    deadline.cancel();
    Exchange running = exchange;
    exchange = null;
    if (running != null) {
      running.abandoned();
    }
  }

  @Override
  public void responding(HttpMethod method) {
    AnswerEncoder encoder = channel.pipeline().get(AnswerEncoder.class);
    if (encoder != null) {
      encoder.answering(method);
    }
  }

  @Override
  public void finished(boolean keep) {
    exchange = null;
    if (http2) {
      // a caller that gives no room for the answer would keep it here for ever
      deadline.in(engine.plan().limits().idle());
      if (!requestDone) {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
      }
    } else if (!requestDone) {
      drain();
    } else if (!keep || stopping) {
      close();
    } else {
      deadline.in(NEXT_HEAD);
      channel.eventLoop().execute(this::next);
    }
  }

  /** No answer piles up on others that the caller does not read. */
  private void next() {
    if (!channel.isWritable()) {
      waitsForRoom = true;
      return;
    }
    ChannelHandlerContext decoding = channel.pipeline().context(RequestDecoder.class);
    if (decoding != null && channel.isActive()) {
      // it reads on by itself where no whole head is there yet
      ((RequestDecoder) decoding.handler()).resume(decoding);
    }
  }

  @Override
  public void awaitEnd() {
    RequestDecoder decoder = channel.pipeline().get(RequestDecoder.class);
    if (decoder != null && decoder.clean()) {
      channel.read();
    }
  }

  @Override
  public void broken() {
    exchange = null;
    if (http2) {
      channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    } else {
      channel.close();
    }
  }

  @Override
  public void refused(Refusal refusal, @Nullable String detail, boolean done) {
    engine.counts().refused(refusal);
    FullHttpResponse answer = Answer.of(refusal, detail);
    boolean keep = done && !stopping && keeps;
    if (!http2 && !keep) {
      answer.headers().set("connection", "close");
    }
    responding(asked);
    channel.writeAndFlush(answer);
    finished(keep);
  }

  /** Reads on for a while, so that the answer is not lost with what was still on its way. */
  private void drain() {
    draining = true;
    deadline.in(LINGER);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
    channel.read();
  }

  private void late() {
    if (http2) {
      // closing alone ends no stream whose end is written, though it never went out
      channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
      channel.close();
    } else if (draining || closing || exchange != null) {
      channel.close();
    } else {
      stopping = true;
      close();
    }
  }

  private void close() {
    closing = true;
    deadline.in(engine.plan().limits().idle());
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
