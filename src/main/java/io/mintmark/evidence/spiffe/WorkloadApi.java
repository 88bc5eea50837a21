package io.mintmark.evidence.spiffe;

import io.grpc.ManagedChannel;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub;
import io.spiffe.workloadapi.internal.GrpcManagedChannelFactory;
import io.spiffe.workloadapi.internal.ManagedChannelWrapper;
import io.spiffe.workloadapi.internal.SecurityHeaderInterceptor;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a Workload API, by java-spiffe's transport and generated stubs. Its client above
 * them is not used: it reads all bundles of an answer, so that one key of a foreign trust domain
 * that it does not know loses ours, and it says nothing when a stream breaks.
 */
final class WorkloadApi implements AutoCloseable {
  static final int DEADLINE_SECONDS = 5;

  private final URI socket;
  private final ExecutorService threads;
  private final ManagedChannelWrapper connection;

  private WorkloadApi(URI socket, ExecutorService threads, ManagedChannelWrapper connection) {
    this.socket = socket;
    this.threads = threads;
    this.connection = connection;
  }

  static WorkloadApi at(URI socket) {
    String path = socket.getPath();
    if (!"unix".equals(socket.getScheme())
        || socket.getAuthority() != null
        || path == null
        || !path.startsWith("/")
        || socket.getQuery() != null
        || socket.getFragment() != null) {
      throw new IllegalArgumentException(
          "workloadApi \"" + socket + "\" does not have the form unix:///path");
    }
    ExecutorService threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("mintmark-workload-api-", 0).factory());
    return new WorkloadApi(socket, threads, GrpcManagedChannelFactory.newChannel(socket, threads));
  }

  /** Asks once, with a deadline. */
  SpiffeWorkloadAPIBlockingStub once() {
    return SpiffeWorkloadAPIGrpc.newBlockingStub(channel())
        .withInterceptors(new SecurityHeaderInterceptor())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Streams without end. */
  SpiffeWorkloadAPIStub streaming() {
    return SpiffeWorkloadAPIGrpc.newStub(channel())
        .withInterceptors(new SecurityHeaderInterceptor());
  }

  @Override
  public void close() {
    connection.close();
    threads.shutdown();
  }

  @Override
  public String toString() {
    return "Workload API \"" + socket + "\"";
  }

  /** We pace attempts ourselves; the channel's own pause of up to two minutes is not wanted. */
  private ManagedChannel channel() {
    ManagedChannel channel = connection.getChannel();
    channel.resetConnectBackoff();
    return channel;
  }
}
