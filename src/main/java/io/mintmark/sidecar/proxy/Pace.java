package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;

/**
 * The pace of an HTTP/2 connection, where flow control counts bytes only. Frames of a caller that
 * reads no answers are not read: each would be one more answer. Nor are they where too many parts
 * of bodies wait for their streams: a part of one byte, or of none, costs far more.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Pace extends ChannelInboundHandlerAdapter {
  static final int MAX_PARTS = 1024;
  private static final int COST = 256;

  private final Channel connection;
  private final Budget budget;
  private final Map<Integer, Waiting> streams = new HashMap<>();
  private int parts;

  private static final class Waiting {
    private int parts;
    private int cost;
  }

  Pace(Channel connection, Budget budget) {
    this.connection = connection;
    this.budget = budget;
  }

  /** A stream begins, whose channel takes what is read. */
  void opened(int stream, Channel channel) {
    streams.put(stream, new Waiting());
    channel.pipeline().addLast(new Taking(stream));
    channel.closeFuture().addListener(closed -> gone(stream));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Waiting stream =
        message instanceof Http2DataFrame data && data.stream() != null
            ? streams.get(data.stream().id())
            : null;
    if (stream != null) {
      int cost = cost((Http2DataFrame) message);
      if (!budget.take(cost)) {
        ReferenceCountUtil.release(message);
        context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM));
        // past the codec, which would wait for the streams
        context.pipeline().firstContext().close();
        return;
      }
      stream.parts++;
      stream.cost += cost;
      parts++;
      read();
    }
    context.fireChannelRead(message);
  }

  private static int cost(Http2DataFrame data) {
    return COST + data.content().readableBytes();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    read();
    context.fireChannelWritabilityChanged();
  }

  private void read() {
    boolean now = connection.isWritable() && parts < MAX_PARTS;
    if (now != connection.config().isAutoRead()) {
      connection.config().setAutoRead(now);
    }
  }

  private void gone(int id) {
    Waiting stream = streams.remove(id);
    if (stream != null) {
      parts -= stream.parts;
      budget.give(stream.cost);
      read();
    }
  }

  /** The first of a stream's handlers: what it sees no longer waits. */
  private final class Taking extends ChannelInboundHandlerAdapter {
    private final int id;

    Taking(int id) {
      this.id = id;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Waiting stream = streams.get(id);
      if (stream != null && message instanceof Http2DataFrame data) {
        int cost = cost(data);
        stream.parts--;
        stream.cost -= cost;
        parts--;
        budget.give(cost);
        read();
      }
      context.fireChannelRead(message);
    }
  }
}
