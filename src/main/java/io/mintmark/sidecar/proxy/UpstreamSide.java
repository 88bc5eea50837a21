package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/** What an upstream says, for the exchange that leased it. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class UpstreamSide extends ChannelInboundHandlerAdapter {
  private final Exchange exchange;
  private final Lease lease;

  UpstreamSide(Exchange exchange, Lease lease) {
    this.exchange = exchange;
    this.lease = lease;
  }

  /** Ends the exchange's use of a lease. */
  static void leave(Lease lease, boolean clean) {
    ChannelPipeline pipeline = lease.channel().pipeline();
    if (pipeline.get(UpstreamSide.class) != null) {
      pipeline.remove(UpstreamSide.class);
    }
    ResponseDecoder decoder = pipeline.get(ResponseDecoder.class);
    lease.release(clean && (decoder == null || decoder.clean()));
  }

  /** Says which request the next answer of a lease is for. */
  static void expect(Lease lease, HttpMethod method) {
    ResponseDecoder decoder = lease.channel().pipeline().get(ResponseDecoder.class);
    if (decoder != null) {
      decoder.expect(method);
      if (lease.reused()) {
        nextResponse(lease.channel());
      }
    }
  }

  /** Lets the decoder of a connection go on to the next answer. */
  static void nextResponse(Channel channel) {
    ChannelHandlerContext decoding = channel.pipeline().context(ResponseDecoder.class);
    if (decoding != null) {
      channel
          .eventLoop()
          .execute(
              () -> {
                if (!decoding.isRemoved()) {
                  ((ResponseDecoder) decoding.handler()).resume(decoding);
                }
              });
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case Malformed _ -> exchange.failed(lease, Refusal.UPSTREAM_MALFORMED);
      case HttpResponse response -> exchange.response(lease, response);
      case HttpContent content -> exchange.content(lease, content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    exchange.flow();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    exchange.flow();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame) {
      exchange.failed(lease, Refusal.UPSTREAM_UNREACHABLE);
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    exchange.failed(lease, Refusal.UPSTREAM_UNREACHABLE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    exchange.failed(lease, Refusal.UPSTREAM_MALFORMED);
    context.close();
  }
}
