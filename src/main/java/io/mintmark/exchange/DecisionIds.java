package io.mintmark.exchange;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Makes decision ids: a prefix of this start and a number, so that they are unique and cost
 * nothing.
 */
final class DecisionIds {
  private final RandomGenerator random;

  DecisionIds(RandomGenerator random) {
    this.random = random;
  }

  String next() {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
