package io.mintmark.sidecar.proxy;

import io.mintmark.fetch.AddressKind;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.ConnectionLimits;
import io.mintmark.sidecar.unix.Gate;
import io.mintmark.sidecar.unix.SocketFile;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A proxy at work. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class ProxyDelivery implements Delivery {
  private static final System.Logger LOG = System.getLogger(ProxyDelivery.class.getName());
  private static final int BACKLOG = 128;
  private static final int HTTPS = 443;

  private final ProxyPlan plan;
  private final Surroundings surroundings;
  private final Connector.Permitted tunnelsTo;
  private final EventLoop loop;
  private final ChannelGroup callers;
  private final Upstreams upstreams;
  private final Connector connector;
  private final Budget budget = new Budget();
  private final List<Credentials.Watch> watches = new ArrayList<>();
  private @Nullable StartSecret secret;
  private @Nullable SocketFile file;
  private volatile @Nullable Channel listening;

  ProxyDelivery(ProxyPlan plan, Surroundings surroundings) {
    // what only this machine or network reaches is not for a caller to name
    this(
        plan,
        surroundings,
        new Connector.Permitted() {
          @Override
          public boolean permits(int port) {
            return port == HTTPS;
          }

          @Override
          public boolean permits(InetAddress address) {
            return AddressKind.of(address) == AddressKind.GLOBAL;
          }
        });
  }

  ProxyDelivery(ProxyPlan plan, Surroundings surroundings, Connector.Permitted tunnelsTo) {
    this.plan = plan;
    this.surroundings = surroundings;
    this.tunnelsTo = tunnelsTo;
    this.loop = surroundings.network().next();
    this.callers = new DefaultChannelGroup(loop);
    this.connector =
        new Connector(
            loop,
            surroundings.workers(),
            surroundings.lookups(),
            surroundings.credentials(),
            plan.limits().connect());
    this.upstreams =
        new Upstreams(connector, plan.limits(), surroundings.trust(), surroundings.clock());
  }

  @Override
  public void start() throws IOException {
    try {
      begin();
    } catch (IOException | RuntimeException failed) {
      stop(Duration.ZERO);
      throw failed;
    }
  }

  /** A secret is written when nothing else can fail: the proxy before this one may have its own. */
  private void begin() throws IOException {
    Late late = new Late();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(late);
    String where =
        switch (plan.entry()) {
          case ProxyPlan.Entry.Port(ListenAddress address) -> port(bootstrap, address);
          case ProxyPlan.Entry.Socket(Path path, Callers allow) -> socket(bootstrap, path, allow);
        };
    for (Wanted wanted : wanted()) {
      // a watch keeps what only a route names obtained and renewed
      watches.add(surroundings.credentials().watch(wanted, state -> {}));
    }
    ProxyPlan.SecretPlan wantedSecret = plan.secret();
    StartSecret written = wantedSecret == null ? null : StartSecret.write(wantedSecret.place());
    secret = written;
    late.entrance =
        new Entrance(
            new Engine(
                plan,
                new Screen(plan, port(), written == null ? null : written.value()),
                surroundings.credentials(),
                upstreams,
                connector,
                tunnelsTo,
                new Counts(surroundings.meters(), plan.label()),
                surroundings.clock(),
                loop,
                budget),
            callers);
    LOG.log(
        System.Logger.Level.INFO,
        () -> plan.name() + " listens on \"" + where + "\", port " + port());
  }

  private String port(ServerBootstrap bootstrap, ListenAddress address) throws IOException {
    InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
    if (!socket.isUnresolved() && address.loopback() && !socket.getAddress().isLoopbackAddress()) {
      throw new IOException(plan.name() + ": \"" + address + "\" is not on the loopback here");
    }
    listen(bootstrap.channel(tcp()), socket, address.toString());
    return address.toString();
  }

  /** Everybody may connect: who is served is decided by user and group, not by the file's mode. */
  private String socket(ServerBootstrap bootstrap, Path path, @Nullable Callers allow)
      throws IOException {
    Gate gate =
        new Gate(
            path.toString(),
            Callers.orOnlyOwn(allow),
            new ConnectionLimits(plan.limits().connections(), plan.limits().perUser()),
            loop,
            surroundings.meters(),
            TurnedAway::new);
    SocketFile prepared = SocketFile.prepare(path, loop);
    listen(
        bootstrap.channel(EpollServerDomainSocketChannel.class).handler(gate),
        new DomainSocketAddress(prepared.bound().toFile()),
        path.toString());
    file = prepared;
    prepared.publish(PosixFilePermissions.fromString("rw-rw-rw-"));
    return path.toString();
  }

  private void listen(ServerBootstrap bootstrap, SocketAddress address, String where)
      throws IOException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          plan.name() + " cannot listen on \"" + where + "\": " + bound.cause().getMessage(),
          bound.cause());
    }
    listening = bound.channel();
  }

  @Override
  public boolean ready() {
    Channel now = listening;
    return now != null && now.isActive() && wanted().stream().allMatch(this::held);
  }

  /** Where it listens; 0 at a Unix socket and before the start. */
  int port() {
    Channel now = listening;
    return now != null && now.localAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : 0;
  }

  /** What it may keep, on its event loop. */
  Budget budget() {
    return budget;
  }

  @Override
  public void release() {
    SocketFile socket = file;
    if (socket != null) {
      socket.remove();
      file = null;
    }
    Channel now = listening;
    if (now != null) {
      now.close().awaitUninterruptibly();
    }
    StartSecret written = secret;
    if (written != null) {
      written.remove();
      secret = null;
    }
  }

  @Override
  public void stop(Duration grace) {
    release();
    loop.execute(
        () ->
            callers.forEach(
                caller -> caller.pipeline().fireUserEventTriggered(CallerSide.Stopping.NOW)));
    callers.newCloseFuture().awaitUninterruptibly(grace.toMillis(), TimeUnit.MILLISECONDS);
    callers.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    loop.execute(upstreams::close);
    watches.forEach(Credentials.Watch::close);
    watches.clear();
  }

  private Set<Wanted> wanted() {
    return plan.routes().stream()
        .flatMap(
            route ->
                Stream.concat(
                    Stream.of(route.wanted()), Stream.ofNullable(route.upstream().identity())))
        .collect(Collectors.toSet());
  }

  private boolean held(Wanted wanted) {
    return surroundings.credentials().current(wanted) instanceof Credentials.State.Ready(var held)
        && held.expiresAt().isAfter(surroundings.clock().instant());
  }

  private Class<? extends ServerChannel> tcp() {
    return surroundings.network() instanceof EpollEventLoopGroup
        ? EpollServerSocketChannel.class
        : NioServerSocketChannel.class;
  }

  /** The port that the checks compare with is known only when it is bound. */
  @io.netty.channel.ChannelHandler.Sharable
  private static final class Late extends io.netty.channel.ChannelInitializer<Channel> {
    private volatile @Nullable Entrance entrance;

    @Override
    protected void initChannel(Channel channel) {
      Entrance now = entrance;
      if (now == null) {
        channel.close();
      } else {
        channel.pipeline().addLast(now);
      }
    }
  }

  /** Nothing is said to a user who is not served. */
  private static final class TurnedAway extends io.netty.channel.ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(io.netty.channel.ChannelHandlerContext context) {
      context.close();
    }
  }
}
