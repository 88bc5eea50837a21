package io.mintmark.sidecar.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets callers in: counted, by either version of HTTP. */
@ChannelHandler.Sharable
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Entrance extends ChannelInitializer<Channel> {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_STREAMS = 100;
  private static final Duration WITHOUT_STREAMS = Duration.ofMinutes(1);

  private final Engine engine;
  private final ChannelGroup callers;

  Entrance(Engine engine, ChannelGroup callers) {
    this.engine = engine;
    this.callers = callers;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (callers.size() >= engine.plan().limits().connections()) {
      engine.counts().turnedAway("connections");
      channel.close();
    } else {
      callers.add(channel);
      channel.pipeline().addLast(new Versions());
    }
  }

  /** Tells HTTP/2 with prior knowledge (RFC 9113 section 3.3) from HTTP/1.1 by its first bytes. */
  private final class Versions extends ByteToMessageDecoder {
    private @Nullable Deadline deadline;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      Deadline first = new Deadline(context.channel().eventLoop(), context::close);
      first.in(engine.plan().limits().head());
      deadline = first;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof CallerSide.Stopping) {
        context.close();
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
      cancel();
      super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      int length = Math.min(in.readableBytes(), PREFACE.length);
      for (int i = 0; i < length; i++) {
        if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
          become(context, false);
          return;
        }
      }
      if (length == PREFACE.length) {
        become(context, true);
      }
    }

    private void become(ChannelHandlerContext context, boolean http2) {
      cancel();
      ChannelPipeline pipeline = context.pipeline();
      if (http2) {
        http2(context.channel());
      } else {
        pipeline.addLast(
            new RequestDecoder(),
            new Gathering(),
            new AnswerEncoder(),
            new CallerSide(engine, context.channel(), false));
      }
      pipeline.remove(this);
    }

    private void cancel() {
      Deadline first = deadline;
      if (first != null) {
        first.cancel();
      }
    }
  }

  /**
   * Windows are the smallest: as much may lie here for each connection, and the way to a caller is
   * short.
   */
  private void http2(Channel connection) {
    Deadline quiet = new Deadline(connection.eventLoop(), connection::close);
    quiet.in(engine.plan().limits().head());
    Pace pace = new Pace(connection, engine.budget());
    int[] streams = {0};
    connection
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .maxHeaderListSize(SharedConnection.MAX_HEAD))
                .build(),
            pace,
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    streams[0]++;
                    quiet.cancel();
                    stream
                        .closeFuture()
                        .addListener(
                            closed -> {
                              if (--streams[0] == 0) {
                                quiet.in(WITHOUT_STREAMS);
                                connection.pipeline().fireUserEventTriggered(Quiet.NOW);
                              }
                            });
                    stream.config().setAutoRead(false);
                    pace.opened(((Http2StreamChannel) stream).stream().id(), stream);
                    stream
                        .pipeline()
                        .addLast(
                            new Http2StreamFrameToHttpObjectCodec(true),
                            new CallerSide(engine, stream, true));
                  }
                }),
            new Last(streams));
    connection.closeFuture().addListener(closed -> quiet.cancel());
    connection.config().setAutoRead(true);
  }

  /** No stream is left. */
  private enum Quiet {
    NOW
  }

  /**
   * A connection that breaks ends, and fills no log with stacks. When the proxy stops, the caller
   * is told which streams are still served (RFC 9113 section 6.8), and it ends with the last.
   */
  private static final class Last extends ChannelInboundHandlerAdapter {
    private final int[] streams;
    private boolean stopping;

    Last(int[] streams) {
      this.streams = streams;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof CallerSide.Stopping && !stopping) {
        stopping = true;
        context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      }
      if (stopping && streams[0] == 0) {
        context.close();
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
      context.close();
    }
  }
}
