package io.mintmark.cli.bench.load;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What went before the time that counts.
 *
 * @param steady whether the rates of the last windows were alike
 */
public record WarmUp(double seconds, boolean steady) {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  /** Windows whose rates are alike when the warm-up is over, and by how much. */
  private static final int ALIKE = 3;

  private static final double SPREAD = 0.04;

  /**
   * A closed loop until the rate is steady.
   *
   * @param least even where it is steady before
   * @param most even where it is not steady by then
   * @param said what there is to tell of it
   */
  static WarmUp until(
      EventLoop loop, List<Caller> callers, Duration least, Duration most, Consumer<String> said)
      throws IOException, InterruptedException {
    List<Double> rates = new ArrayList<>();
    while (rates.size() * WINDOW.toSeconds() < most.toSeconds()) {
      Measured window = Load.run(loop, callers, 0, WINDOW);
      if (window.answered() == 0) {
        throw new IOException("no request is answered: " + window.failures());
      }
      rates.add(window.rate());
      said.accept("warming up: %,.0f /s".formatted(window.rate()));
      if (rates.size() * WINDOW.toSeconds() >= least.toSeconds() && alike(rates)) {
        return new WarmUp(rates.size() * WINDOW.toSeconds(), true);
      }
    }
    return new WarmUp(rates.size() * WINDOW.toSeconds(), false);
  }

  static boolean alike(List<Double> rates) {
    if (rates.size() < ALIKE) {
      return false;
    }
    List<Double> last = rates.subList(rates.size() - ALIKE, rates.size());
    double most = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double least = last.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    return most - least <= SPREAD * most;
  }
}
