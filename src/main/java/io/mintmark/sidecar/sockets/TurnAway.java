package io.mintmark.sidecar.sockets;

import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.concurrent.TimeUnit;

/**
 * Answers a stranger's first call with {@code PermissionDenied}, as the Workload API wants it
 * (section 6), and hangs up. No service and no credential is within reach of this connection.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class TurnAway extends ChannelInitializer<Channel> {
  private static final int PATIENCE_SECONDS = 5;
  private static final int AFTER_MILLIS = 200;
  private static final int MAX_HEADERS = 8192;

  @Override
  protected void initChannel(Channel channel) {
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(1)
                        .maxHeaderListSize(MAX_HEADERS))
                .build(),
            new Denial());
    channel.eventLoop().schedule(() -> channel.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static final class Denial extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Object frame) {
      if (!(frame instanceof Http2HeadersFrame headers)) {
        return;
      }
      context.writeAndFlush(
          new DefaultHttp2HeadersFrame(
                  new DefaultHttp2Headers()
                      .status("200")
                      .set("content-type", "application/grpc")
                      .set("grpc-status", Integer.toString(Status.Code.PERMISSION_DENIED.value()))
                      .set("grpc-message", "this socket does not serve this user"),
                  true)
              .stream(headers.stream()));
      context.executor().schedule(() -> context.close(), AFTER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable nonsense) {
      context.close();
    }
  }
}
