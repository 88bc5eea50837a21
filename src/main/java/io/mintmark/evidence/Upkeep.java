package io.mintmark.evidence;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all sources need to keep keys fresh.
 *
 * @param random spreads attempts over time, so that replicas do not ask all at once
 */
public record Upkeep(
    Background background,
    InstantSource clock,
    RandomGenerator random,
    LastGood lastGood,
    SourceListener listener,
    RefreshSettings settings) {

  /** A share from 0 to 1 of a time to wait; generators need not be safe for threads. */
  public double jitter() {
    synchronized (random) {
      return random.nextDouble();
    }
  }

  public Upkeep with(RefreshSettings other) {
    return new Upkeep(background, clock, random, lastGood, listener, other);
  }

  /** For sources that hold their own last good, such as files. */
  public Upkeep keepingNothing() {
    return new Upkeep(background, clock, random, LastGood.NONE, listener, settings);
  }
}
