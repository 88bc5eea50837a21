package io.mintmark.sidecar.sockets;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.sockets.extauthz.AuthorizationService;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.sds.SecretService;
import io.mintmark.sidecar.sockets.workloadapi.JwtSvids;
import io.mintmark.sidecar.sockets.workloadapi.WorkloadApi;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.Gate;
import io.mintmark.sidecar.unix.SocketFile;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Serves one Unix socket by gRPC. No call waits, so all run on the event loop. */
final class SocketDelivery implements Delivery {
  private static final int MAX_MESSAGE = 64 * 1024;
  private static final int MAX_METADATA = 8 * 1024;
  private static final int MAX_STREAMS = 100;
  private static final int MAX_STREAMS_OF_USER = 1024;
  private static final int MAX_RESETS = 200;
  private static final int RESET_SECONDS = 30;
  private static final int IDLE_SECONDS = 30;
  private static final int KEEPALIVE_SECONDS = 60;
  private static final int KEEPALIVE_TIMEOUT_SECONDS = 20;
  private static final int LEAST_PING_SECONDS = 5;

  /** Tells of every broken connection with its stack, which any caller could fill a log with. */
  private static final Logger CONNECTIONS =
      Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

  static {
    CONNECTIONS.setLevel(Level.WARNING);
  }

  private final SocketPlan plan;
  private final Surroundings surroundings;
  private final Map<Wanted.X509Svid, IdentityFeed> feeds = new HashMap<>();
  private @Nullable SocketFile file;
  private @Nullable Server server;

  SocketDelivery(SocketPlan plan, Surroundings surroundings) {
    this.plan = plan;
    this.surroundings = surroundings;
  }

  @Override
  public void start() throws IOException {
    if (!(surroundings.network() instanceof EpollEventLoopGroup)) {
      Throwable cause = Epoll.unavailabilityCause();
      throw new IOException(
          plan.name()
              + " needs Linux's epoll, which is not there"
              + (cause == null ? "" : ": " + cause.getMessage()));
    }
    SocketFile prepared = SocketFile.prepare(plan.path(), surroundings.network());
    NettyServerBuilder builder = builder(prepared.bound(), Callers.orOnlyOwn(plan.callers()));
    addServices(builder);
    feeds.values().forEach(IdentityFeed::start);
    try {
      server = builder.build().start();
      file = prepared;
      prepared.publish(plan.mode());
    } catch (IOException failed) {
      stop(Duration.ZERO);
      throw new IOException(plan.name() + " cannot be served: " + failed.getMessage(), failed);
    }
  }

  private NettyServerBuilder builder(Path bound, Callers callers) {
    return NettyServerBuilder.forAddress(new DomainSocketAddress(bound.toString()))
        .channelFactory(
            () -> {
              EpollServerDomainSocketChannel listening = new EpollServerDomainSocketChannel();
              listening
                  .pipeline()
                  .addFirst(
                      new Gate(
                          plan.path().toString(),
                          callers,
                          plan.limits(),
                          surroundings.network(),
                          surroundings.meters(),
                          TurnAway::new));
              return listening;
            })
        // gRPC sets it for TCP; Netty warns of it at each connection of another kind
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .protocolNegotiator(new NamedUsers())
        .intercept(new StreamShares(MAX_STREAMS_OF_USER))
        .bossEventLoopGroup(surroundings.network())
        .workerEventLoopGroup(surroundings.network())
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE)
        .maxInboundMetadataSize(MAX_METADATA)
        .maxConcurrentCallsPerConnection(MAX_STREAMS)
        .maxRstFramesPerWindow(MAX_RESETS, RESET_SECONDS)
        .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveTime(LEAST_PING_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  private void addServices(NettyServerBuilder builder) {
    SocketPlan.WorkloadApiPlan api = plan.workloadApi();
    if (api != null) {
      JwtSvids tokens =
          new JwtSvids(
              surroundings.credentials(),
              surroundings.trust(),
              surroundings.clock(),
              System::nanoTime);
      builder.addService(new WorkloadApi(feed(api.identity()), tokens, api.hint()).service());
    }
    if (plan.sds() != null) {
      builder.addService(new SecretService(feed(plan.sds())));
    }
    if (plan.routes() != null) {
      builder.addService(new AuthorizationService(plan.routes(), surroundings.credentials()));
    }
  }

  private IdentityFeed feed(Wanted.X509Svid identity) {
    return feeds.computeIfAbsent(
        identity,
        wanted ->
            new IdentityFeed(
                wanted, surroundings.credentials(), surroundings.trust(), surroundings.clock()));
  }

  @Override
  public boolean ready() {
    return feeds.values().stream().allMatch(feed -> feed.identity() instanceof Identity.Ready)
        && (plan.routes() == null
            || plan.routes().stream()
                .allMatch(
                    route ->
                        surroundings.credentials().current(route.credential())
                            instanceof State.Ready));
  }

  @Override
  public void stop(Duration grace) {
    if (file != null) {
      file.remove();
    }
    if (server != null) {
      server.shutdown();
    }
    // streams have no end of their own
    feeds.values().forEach(IdentityFeed::close);
    if (server == null) {
      return;
    }
    try {
      server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    server.shutdownNow();
  }
}
