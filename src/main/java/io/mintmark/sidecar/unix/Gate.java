package io.mintmark.sidecar.unix;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Stands before a listening socket: asks the kernel who each accepted connection is from, and lets
 * those on who are served.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
public final class Gate extends ChannelInboundHandlerAdapter {
  /** The uid that the kernel names for a connection that was let on. */
  public static final AttributeKey<Long> UID = AttributeKey.valueOf("mintmark.uid");

  private static final System.Logger LOG = System.getLogger(Gate.class.getName());
  private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String path;
  private final Door door;
  private final EventLoopGroup network;
  private final MeterRegistry meters;
  private final Supplier<ChannelHandler> farewell;
  private long quietUntil = System.nanoTime();
  private int unsaid;

  /**
   * @param path as it is called in the log and in metrics
   * @param farewell what is said to those who are not served, before it closes their connections
   */
  public Gate(
      String path,
      Callers callers,
      ConnectionLimits limits,
      EventLoopGroup network,
      MeterRegistry meters,
      Supplier<ChannelHandler> farewell) {
    this.path = path;
    this.door = new Door(callers, limits);
    this.network = network;
    this.meters = meters;
    this.farewell = farewell;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    EpollDomainSocketChannel accepted = (EpollDomainSocketChannel) message;
    Caller caller;
    try {
      caller = Caller.of(accepted.peerCredentials());
    } catch (IOException gone) {
      accepted.unsafe().closeForcibly();
      return;
    }
    Door.Admission admission = door.enter(caller);
    meters
        .counter(
            "mintmark.sidecar.socket.connections",
            "socket",
            path,
            "outcome",
            admission.name().toLowerCase(Locale.ROOT))
        .increment();
    switch (admission) {
      case SERVED -> {
        say(System.Logger.Level.INFO, "connected: ", caller);
        whenClosed(accepted, caller, admission);
        accepted.attr(UID).set(caller.uid());
        context.fireChannelRead(accepted);
      }
      case STRANGER -> {
        say(System.Logger.Level.WARNING, "not served: ", caller);
        whenClosed(accepted, caller, admission);
        accepted.pipeline().addLast(farewell.get());
        network.register(accepted);
      }
      case FULL -> {
        say(System.Logger.Level.WARNING, "turned away, too many connections: ", caller);
        accepted.unsafe().closeForcibly();
      }
    }
  }

  private void whenClosed(Channel accepted, Caller caller, Door.Admission as) {
    accepted.closeFuture().addListener(_ -> door.left(caller, as));
  }

  /** At most one line a second: the log is not for anybody to fill. */
  private void say(System.Logger.Level level, String what, Caller caller) {
    long now = System.nanoTime();
    if (now - quietUntil < 0) {
      unsaid++;
      return;
    }
    String others = unsaid == 0 ? "" : "; " + unsaid + " more since the last such line";
    quietUntil = now + LOG_NANOS;
    unsaid = 0;
    LOG.log(level, "socket \"" + path + "\": " + what + caller.described() + others);
  }
}
