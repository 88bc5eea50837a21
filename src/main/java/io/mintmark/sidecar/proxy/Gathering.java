package io.mintmark.sidecar.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small parts of a body that are read at once. A part costs far more than its bytes
 * wherever it waits, and chunks of one byte are ten thousand parts to a read.
 */
final class Gathering extends ChannelInboundHandlerAdapter {
  private static final int SMALL = 1024;
  private static final int ENOUGH = 8 * SMALL;

  private @Nullable ByteBuf gathered;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpContent part
        && !(message instanceof LastHttpContent)
        && part.content().readableBytes() < SMALL) {
      gather(context, part);
    } else {
      pass(context);
      context.fireChannelRead(message);
    }
  }

  private void gather(ChannelHandlerContext context, HttpContent part) {
    ByteBuf all = gathered;
    if (all == null) {
      all = context.alloc().buffer(SMALL, ENOUGH + SMALL);
      gathered = all;
    }
    all.writeBytes(part.content());
    part.release();
    if (all.readableBytes() >= ENOUGH) {
      pass(context);
    }
  }

  private void pass(ChannelHandlerContext context) {
    ByteBuf all = gathered;
    gathered = null;
    if (all != null) {
      context.fireChannelRead(new DefaultHttpContent(all));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    pass(context);
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    pass(context);
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ByteBuf all = gathered;
    gathered = null;
    if (all != null) {
      all.release();
    }
  }
}
