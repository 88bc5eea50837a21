package io.mintmark.cli.bench;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.mintmark.cli.bench.load.Caller;
import io.mintmark.wire.v1.BrokerGrpc;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.util.Collections;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** Asks over gRPC, on a connection of its own. */
final class GrpcCaller implements Caller {
  private final NettyChannelBuilder builder;
  private final Questions questions;
  private final SslContext tls;

  /** Whether each request has a connection of its own. */
  private final boolean anew;

  private @Nullable ManagedChannel channel;

  GrpcCaller(EventLoop loop, URI broker, SslContext tls, Questions questions, boolean anew) {
    this.questions = questions;
    this.tls = tls;
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
            forgetSessions();
          }
          ended.with(failure);
        });
  }

  /** So that the next handshake is a full one. */
  private void forgetSessions() {
    SSLSessionContext sessions = tls.sessionContext();
    for (byte[] id : Collections.list(sessions.getIds())) {
      SSLSession session = sessions.getSession(id);
      if (session != null) {
        session.invalidate();
      }
    }
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  /** Tells how a call ended. */
  static final class Answer<T> implements StreamObserver<T> {
    private final Ended ended;
    private final Function<T, @Nullable String> check;
    private @Nullable String wrong = "no answer in the answer";

    /**
     * @param check what is wrong with an answer
     */
    Answer(Ended ended, Function<T, @Nullable String> check) {
      this.ended = ended;
      this.check = check;
    }

    @Override
    public void onNext(T answer) {
      wrong = check.apply(answer);
    }

    @Override
    public void onError(Throwable failed) {
      Status status = Status.fromThrowable(failed);
      ended.with(status.getCode() + " " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      ended.with(wrong);
    }
  }
}
