package io.mintmark.cli.bench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load that was warmed up and measured.
 *
 * @param driverCores processors that the driver took in the measured time
 * @param cores those of who was asked; NaN where it is not known which process that is
 * @param resident bytes of who was asked at the end; 0 where not known
 * @param stored bytes that its ledger grew by in the measured time
 */
public record Trial(
    WarmUp warmUp,
    Measured measured,
    double driverCores,
    double cores,
    long resident,
    long stored) {

  /**
   * How it is asked.
   *
   * @param rate requests a second of an open loop; 0 for a closed one
   */
  public record Plan(double rate, Duration time, Duration leastWarmUp, Duration mostWarmUp) {}

  /** Callers on the one thread of a load. */
  @FunctionalInterface
  public interface Callers {
    List<Caller> on(EventLoop loop) throws IOException;
  }

  /**
   * Runs it, on a thread that ends with it.
   *
   * @param asked what the process that is asked has used; null where it is not known
   * @param said what there is to tell of it
   */
  public static Trial run(
      EventLoopGroup group,
      Callers on,
      Plan plan,
      Supplier<@Nullable Usage> asked,
      Consumer<String> said)
      throws IOException, InterruptedException {
    try {
      EventLoop loop = group.next();
      List<Caller> callers = on.on(loop);
      WarmUp warm = WarmUp.until(loop, callers, plan.leastWarmUp(), plan.mostWarmUp(), said);
      said.accept("%d s that count".formatted(plan.time().toSeconds()));
      Usage before = asked.get();
      Usage driverBefore = Usage.of(ProcessHandle.current());
      Measured measured = Load.run(loop, callers, plan.rate(), plan.time());
      Usage after = asked.get();
      Usage driverAfter = Usage.of(ProcessHandle.current());
      loop.submit(() -> callers.forEach(Caller::close)).sync();
      boolean known = before != null && after != null;
      return new Trial(
          warm,
          measured,
          cores(driverBefore, driverAfter, measured),
          known ? cores(before, after, measured) : Double.NaN,
          known ? after.residentBytes() : 0,
          known ? after.storedBytes() - before.storedBytes() : 0);
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private static double cores(Usage before, Usage after, Measured measured) {
    return after.processor().minus(before.processor()).toNanos() / 1e9 / measured.seconds();
  }
}
