package io.mintmark.cli.bench.peers;

import io.mintmark.cli.bench.load.Caller;
import io.mintmark.cli.bench.load.Usage;
import io.mintmark.cli.bench.load.What;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A system that runs and is ready to be asked; what was made in it for this goes with it. */
public sealed interface Peer extends AutoCloseable permits Spire, OpenBao, Keycloak {
  /** What it is and how it is set up. */
  String setUp();

  /** What it can do of what the broker does. */
  List<Operation> operations() throws IOException, InterruptedException;

  /** What its server has used; null where it is not known which process that is. */
  @Nullable Usage usage();

  @Override
  void close();

  /**
   * An operation that is comparable to one of the broker's.
   *
   * @param name that the system itself has for it
   * @param leastWarmUp what it takes to be at its best, even where its rate seems steady before
   * @param network a thread, of the kind that its callers need
   */
  record Operation(
      What what,
      String name,
      Duration leastWarmUp,
      Supplier<EventLoopGroup> network,
      Callers callers) {}

  /** Makes callers. */
  @FunctionalInterface
  interface Callers {
    Caller on(EventLoop loop);
  }
}
