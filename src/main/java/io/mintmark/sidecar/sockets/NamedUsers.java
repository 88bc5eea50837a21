package io.mintmark.sidecar.sockets;

import io.grpc.Attributes;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.mintmark.sidecar.unix.Gate;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AsciiString;

/**
 * Plain HTTP/2, with what the kernel says of a connection's user as an attribute of its calls: a
 * caller's Unix socket has no address to tell users by.
 */
final class NamedUsers implements InternalProtocolNegotiator.ProtocolNegotiator {
  static final Attributes.Key<Long> UID = Attributes.Key.create("uid");

  private final InternalProtocolNegotiator.ProtocolNegotiator plain =
      InternalProtocolNegotiators.serverPlaintext();

  @Override
  public AsciiString scheme() {
    return plain.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler calls) {
    return InternalProtocolNegotiators.waitUntilActiveHandler(
        new Naming(InternalProtocolNegotiators.grpcNegotiationHandler(calls)),
        calls.getNegotiationLogger());
  }

  @Override
  public void close() {
    plain.close();
  }

  /** Adds the attribute to what the negotiation found, then makes way for the calls. */
  private static final class Naming extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    Naming(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ProtocolNegotiationEvent found) {
        Attributes named =
            InternalProtocolNegotiationEvent.getAttributes(found).toBuilder()
                .set(UID, context.channel().attr(Gate.UID).get())
                .build();
        context.pipeline().replace(this, null, next);
        context
            .pipeline()
            .fireUserEventTriggered(InternalProtocolNegotiationEvent.withAttributes(found, named));
      } else {
        context.fireUserEventTriggered(event);
      }
    }
  }
}
