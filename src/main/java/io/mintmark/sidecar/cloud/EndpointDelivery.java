package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.plan.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The endpoint at work. */
final class EndpointDelivery implements Delivery {
  private static final System.Logger LOG = System.getLogger(EndpointDelivery.class.getName());
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(10));
  private static final int BACKLOG = 64;

  /** How long one caller is served, and how long one call of the token service may take. */
  record Limits(Duration caller, Duration service) {}

  private final EndpointPlan plan;
  private final Limits calls;
  private final Surroundings surroundings;
  private final EventLoop loop;
  private final RoleSession session;
  private final ChannelGroup callers;
  private @Nullable StartSecret secret;
  private volatile @Nullable Channel listening;

  private EndpointDelivery(
      EndpointPlan plan,
      Limits calls,
      Surroundings surroundings,
      EventLoop loop,
      RoleSession session) {
    this.plan = plan;
    this.calls = calls;
    this.surroundings = surroundings;
    this.loop = loop;
    this.session = session;
    this.callers = new DefaultChannelGroup(loop);
  }

  static EndpointDelivery of(EndpointPlan plan, Surroundings surroundings) {
    return of(plan, LIMITS, surroundings);
  }

  static EndpointDelivery of(EndpointPlan plan, Limits limits, Surroundings surroundings) {
    EventLoop loop = surroundings.network().next();
    RolePlan role = plan.role();
    HttpsPost post =
        new HttpsPost(
            loop,
            surroundings.workers(),
            surroundings.lookups().configured(),
            role.sts(),
            role.authorities(),
            limits.service());
    return new EndpointDelivery(
        plan,
        limits,
        surroundings,
        loop,
        new RoleSession(
            role,
            new TokenService(role, post),
            surroundings,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble()));
  }

  @Override
  public void start() throws IOException {
    InetSocketAddress address = new InetSocketAddress(plan.listen().host(), plan.listen().port());
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new IOException(plan.name() + ": \"" + plan.listen() + "\" is not on the loopback");
    }
    Welcome welcome = new Welcome(callers, calls.caller());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(
                surroundings.network() instanceof EpollEventLoopGroup
                    ? EpollServerSocketChannel.class
                    : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(welcome)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          plan.name()
              + " cannot listen on \""
              + plan.listen()
              + "\": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    Channel channel = bound.channel();
    listening = channel;
    try {
      StartSecret written = StartSecret.write(plan.authorization());
      secret = written;
      welcome.open(
          new Gatekeeper(plan.listen().host(), port(), written.value()),
          session,
          plan.role().role(),
          surroundings.meters());
    } catch (IOException unwritable) {
      channel.close().awaitUninterruptibly();
      throw new IOException(plan.name() + ": " + unwritable.getMessage(), unwritable);
    }
    session.start();
    LOG.log(
        System.Logger.Level.INFO,
        () -> plan.name() + " listens on \"" + plan.listen() + "\", port " + port());
  }

  @Override
  public boolean ready() {
    Channel now = listening;
    return now != null && now.isActive() && session.current() instanceof RoleSession.State.Ready;
  }

  /** An SDK takes plain HTTP on the loopback only, and no port that is left out. */
  @Override
  public Map<String, String> environment() {
    ListenAddress at = new ListenAddress(plan.listen().host(), port());
    return Map.of(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://" + at + Gatekeeper.PATH,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        plan.authorization().path().toString(),
        "AWS_REGION",
        plan.region(),
        "AWS_DEFAULT_REGION",
        plan.region());
  }

  /** What SDKs look at before a container's endpoint. */
  @Override
  public Set<String> displaced() {
    return Set.of(
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }

  /** Where it listens; 0 before the start. */
  int port() {
    Channel now = listening;
    return now != null && now.localAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : 0;
  }

  @Override
  public void release() {
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
    callers.newCloseFuture().awaitUninterruptibly(grace.toMillis(), TimeUnit.MILLISECONDS);
    callers.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    session.stop();
  }
}
