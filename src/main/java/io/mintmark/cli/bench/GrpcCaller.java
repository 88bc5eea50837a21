package io.mintmark.cli.bench;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.mintmark.wire.v1.BrokerGrpc;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Asks over gRPC, on a connection of its own. */
final class GrpcCaller implements Caller {
  private final NettyChannelBuilder builder;
  private final Questions questions;

  /** Whether each request has a connection of its own. */
  private final boolean anew;

  private @Nullable ManagedChannel channel;

  GrpcCaller(EventLoop loop, URI broker, SslContext tls, Questions questions, boolean anew) {
    this.questions = questions;
    this.anew = anew;
    this.builder =
        NettyChannelBuilder.forAddress(broker.getHost(), broker.getPort())
            .overrideAuthority("localhost")
            .sslContext(tls)
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class)
            .directExecutor();
  }

  @Override
  public void ask(Ended ended) {
    ManagedChannel open = channel;
    if (open == null) {
      open = builder.build();
      channel = open;
    }
    questions.callNext(
        BrokerGrpc.newStub(open),
        failure -> {
          if (anew) {
            close();
            channel = null;
          }
          ended.with(failure);
        });
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  /** Tells how a call ended. */
  record Answer<T>(Ended ended) implements StreamObserver<T> {
    @Override
    public void onNext(T answer) {
      // told when it is whole
    }

    @Override
    public void onError(Throwable failed) {
      Status status = Status.fromThrowable(failed);
      ended.with(status.getCode() + " " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      ended.with(null);
    }
  }
}
