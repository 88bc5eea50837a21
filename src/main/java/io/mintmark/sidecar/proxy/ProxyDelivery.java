package io.mintmark.sidecar.proxy;

import io.mintmark.fetch.AddressKind;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.ListenAddress;
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
import java.nio.file.Files;
import java.nio.file.Path;
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
  private volatile @Nullable Channel listening;
  private @Nullable Path secretFile;

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
            loop, surroundings.workers(), surroundings.credentials(), plan.limits().connect());
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

  private void begin() throws IOException {
    ProxyPlan.SecretPlan secret = plan.secret();
    String value = null;
    if (secret != null) {
      value = SecretFile.write(secret.file());
      secretFile = secret.file();
    }
    for (Wanted wanted : wanted()) {
      // a watch keeps what only a route names obtained and renewed
      watches.add(surroundings.credentials().watch(wanted, state -> {}));
    }
    switch (plan.entry()) {
      case ProxyPlan.Entry.Port(ListenAddress address) -> {
        InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
        if (!socket.isUnresolved()
            && address.loopback()
            && !socket.getAddress().isLoopbackAddress()) {
          throw new IOException(plan.name() + ": \"" + address + "\" is not on the loopback here");
        }
        listen(tcp(), socket, value, null, address.toString());
      }
      case ProxyPlan.Entry.Socket(Path path, ProxyPlan.Allowed allow) -> {
        SocketFile.prepare(path);
        listen(
            EpollServerDomainSocketChannel.class,
            new DomainSocketAddress(path.toFile()),
            value,
            allow != null ? allow : new ProxyPlan.Allowed(Set.of(SocketFile.ownUid()), Set.of()),
            path.toString());
        SocketFile.open(path);
      }
    }
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
    Channel now = listening;
    if (now != null && now.isOpen()) {
      now.close().awaitUninterruptibly();
      if (plan.entry() instanceof ProxyPlan.Entry.Socket(Path path, _)) {
        delete(path);
      }
    }
    Path written = secretFile;
    if (written != null) {
      secretFile = null;
      delete(written);
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

  private void listen(
      Class<? extends ServerChannel> type,
      SocketAddress address,
      @Nullable String secret,
      ProxyPlan.@Nullable Allowed allowed,
      String where)
      throws IOException {
    int port = address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    Late late = new Late();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(late)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          plan.name() + " cannot listen on \"" + where + "\": " + bound.cause().getMessage(),
          bound.cause());
    }
    Channel channel = bound.channel();
    listening = channel;
    int real = channel.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : port;
    late.entrance =
        new Entrance(
            new Engine(
                plan,
                new Screen(plan, real, secret),
                surroundings.credentials(),
                upstreams,
                connector,
                tunnelsTo,
                new Counts(surroundings.meters(), plan.label()),
                surroundings.clock(),
                loop,
                budget),
            callers,
            allowed);
    LOG.log(
        System.Logger.Level.INFO,
        () -> plan.name() + " listens on \"" + where + "\", port " + real);
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

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException undeletable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "\"" + file + "\" cannot be deleted: " + undeletable.getMessage());
    }
  }
}
