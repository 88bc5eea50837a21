package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.time.Duration;

/** A connection of HTTP/2 to an upstream, which carries many requests at once. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class SharedConnection {
  static final int STREAM_WINDOW = 256 * 1024;
  static final int CONNECTION_WINDOW = 1024 * 1024;
  static final int MAX_HEAD = 32 * 1024;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final Channel channel;
  private final Http2FrameCodec codec;
  private final Deadline end;
  private int streams;
  private boolean leaving;

  private SharedConnection(Channel channel, Http2FrameCodec codec) {
    this.channel = channel;
    this.codec = codec;
    this.end = new Deadline(channel.eventLoop(), channel::close);
  }

  static SharedConnection on(Channel channel) {
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(MAX_HEAD))
            .build();
    SharedConnection connection = new SharedConnection(channel, codec);
    channel
        .pipeline()
        .addLast(codec, new Http2MultiplexHandler(new Refused()), connection.new Watching());
    channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - DEFAULT_WINDOW));
    channel.config().setAutoRead(true);
    channel.closeFuture().addListener(closed -> connection.end.cancel());
    return connection;
  }

  Channel channel() {
    return channel;
  }

  boolean usable() {
    return !leaving && channel.isActive() && codec.connection().local().canOpenStream();
  }

  boolean unused() {
    return streams == 0;
  }

  void drain() {
    leaving = true;
    if (streams == 0) {
      channel.close();
    }
  }

  void stream(Promise<Lease> promise, Pool pool) {
    streams++;
    end.cancel();
    new Http2StreamChannelBootstrap(channel)
        .option(ChannelOption.AUTO_READ, false)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false));
              }
            })
        .open()
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                ended();
                promise.tryFailure(opened.cause());
                return;
              }
              Http2StreamChannel stream = (Http2StreamChannel) opened.getNow();
              stream.closeFuture().addListener(closed -> ended());
              if (!promise.trySuccess(new Lease(stream, true, true, pool))) {
                stream.close();
              }
            });
  }

  private void ended() {
    if (--streams == 0) {
      if (leaving) {
        channel.close();
      } else {
        end.in(KEPT);
      }
    }
  }

  /** An upstream opens no streams. */
  @io.netty.channel.ChannelHandler.Sharable
  private static final class Refused extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.close();
    }
  }

  /** Sees the upstream's farewell. */
  private final class Watching extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2GoAwayFrame) {
        drain();
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
