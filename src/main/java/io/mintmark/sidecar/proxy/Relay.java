package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.time.Duration;
import java.util.List;

/** Passes bytes to another connection, unread, at the pace of the slower one. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Relay extends ChannelInboundHandlerAdapter {
  private static final List<Class<? extends ChannelHandler>> HTTP =
      List.of(
          CallerSide.class,
          UpstreamSide.class,
          AnswerEncoder.class,
          HttpRequestEncoder.class,
          RequestDecoder.class,
          ResponseDecoder.class,
          Gathering.class);

  private final Channel other;
  private final Deadline quiet;
  private final Duration idle;

  private Relay(Channel other, Deadline quiet, Duration idle) {
    this.other = other;
    this.quiet = quiet;
    this.idle = idle;
  }

  /** Joins two connections whose HTTP has ended; what was read ahead of that goes on first. */
  static void join(Channel caller, Channel upstream, Duration idle) {
    Deadline quiet = new Deadline(caller.eventLoop(), caller::close);
    quiet.in(idle);
    caller.pipeline().addLast(new Relay(upstream, quiet, idle));
    upstream.pipeline().addLast(new Relay(caller, quiet, idle));
    for (Channel each : List.of(caller, upstream)) {
      for (Class<? extends ChannelHandler> handler : HTTP) {
        if (each.pipeline().get(handler) != null) {
          each.pipeline().remove(handler);
        }
      }
      each.closeFuture().addListener(closed -> quiet.cancel());
      each.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    quiet.in(idle);
    other.writeAndFlush(bytes);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (other.isWritable()) {
      context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      other.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
