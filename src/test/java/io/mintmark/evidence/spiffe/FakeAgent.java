package io.mintmark.evidence.spiffe;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A Workload API on a Unix socket, as an agent serves it. */
final class FakeAgent extends SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase
    implements AutoCloseable {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private final Path socket;
  private final EventLoopGroup loop = new EpollEventLoopGroup(1);
  private final CopyOnWriteArrayList<Runnable> streams = new CopyOnWriteArrayList<>();
  private @Nullable Server server;

  volatile Map<String, ByteString> x509 = Map.of();
  volatile Map<String, ByteString> jwt = Map.of();
  volatile @Nullable Status failure;
  volatile @Nullable Status jwtFailure;

  FakeAgent(Path socket) {
    this.socket = socket;
  }

  URI address() {
    return URI.create("unix://" + socket);
  }

  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .intercept(new WantsHeader())
            .addService(this)
            .build()
            .start();
  }

  void stop() throws Exception {
    if (server != null) {
      server.shutdownNow().awaitTermination();
    }
    streams.clear();
    Files.deleteIfExists(socket);
  }

  /** Sends what is there now on every open stream. */
  void push() {
    streams.forEach(Runnable::run);
  }

  @Override
  public void fetchX509Bundles(
      X509BundlesRequest request, StreamObserver<X509BundlesResponse> answers) {
    serve(
        failure,
        answers,
        () -> answers.onNext(X509BundlesResponse.newBuilder().putAllBundles(x509).build()));
  }

  @Override
  public void fetchJWTBundles(
      JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> answers) {
    serve(
        jwtFailure == null ? failure : jwtFailure,
        answers,
        () -> answers.onNext(JWTBundlesResponse.newBuilder().putAllBundles(jwt).build()));
  }

  private void serve(@Nullable Status broken, StreamObserver<?> answers, Runnable send) {
    if (broken != null) {
      answers.onError(broken.asRuntimeException());
      return;
    }
    var call = (ServerCallStreamObserver<?>) answers;
    Runnable sendIfOpen =
        () -> {
          synchronized (call) {
            if (!call.isCancelled()) {
              send.run();
            }
          }
        };
    call.setOnCancelHandler(() -> streams.remove(sendIfOpen));
    sendIfOpen.run();
    streams.add(sendIfOpen);
  }

  @Override
  public void close() throws Exception {
    stop();
    loop.shutdownGracefully();
  }

  /** SPIFFE Workload Endpoint section 4: InvalidArgument without the header. */
  private static final class WantsHeader implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (!"true".equals(headers.get(HEADER))) {
        call.close(Status.INVALID_ARGUMENT, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(Context.current(), call, headers, next);
    }
  }
}
