package io.mintmark.cli.bench.peers;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.mintmark.cli.bench.load.Caller;
import io.mintmark.cli.bench.load.Credentials;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks over gRPC on a connection of its own to a Unix socket. */
final class SpireCaller implements Caller {
  /** {@code spire.api.types}: a credential is the first field of the first field of an answer. */
  private static final int FIRST = 1;

  private final ManagedChannel channel;
  private final Requests requests;

  SpireCaller(EventLoop loop, Path socket, Requests requests) {
    this.channel = channel(loop, socket);
    this.requests = requests;
  }

  static ManagedChannel channel(EventLoop loop, Path socket) {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
        .eventLoopGroup(loop)
        .channelType(EpollDomainSocketChannel.class)
        // gRPC sets it for TCP; Netty warns of it at each connection of another kind
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .directExecutor()
        .usePlaintext()
        .overrideAuthority("localhost")
        .build();
  }

  @Override
  public void ask(Ended ended) {
    ClientCalls.asyncUnaryCall(
        channel.newCall(requests.method, CallOptions.DEFAULT),
        requests.next(),
        new StreamObserver<byte[]>() {
          private @Nullable String wrong = "no answer in the answer";

          @Override
          public void onNext(byte[] answer) {
            wrong =
                requests.credentials.wrong(
                    answer.length,
                    () -> WireMessage.field(WireMessage.field(answer, FIRST), FIRST));
          }

          @Override
          public void onError(Throwable failed) {
            ended.with(Status.fromThrowable(failed).getCode().toString());
          }

          @Override
          public void onCompleted() {
            ended.with(wrong);
          }
        });
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  static MethodDescriptor<byte[], byte[]> method(String service, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  /** Messages, put together beforehand, in turn. */
  static final class Requests {
    private final MethodDescriptor<byte[], byte[]> method;
    private final List<byte[]> messages;
    private final Credentials credentials;
    private int next;

    Requests(
        MethodDescriptor<byte[], byte[]> method, List<byte[]> messages, Credentials credentials) {
      this.method = method;
      this.messages = messages;
      this.credentials = credentials;
    }

    private byte[] next() {
      byte[] message = messages.get(next);
      next = (next + 1) % messages.size();
      return message;
    }
  }

  /** Messages as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
