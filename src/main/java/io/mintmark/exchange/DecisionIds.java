package io.mintmark.exchange;

import java.time.Instant;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Makes decision ids: 48 bits of time in milliseconds and 48 random ones, in hex. Those of one time
 * stand together in an index, which a random id would make touch another page for each record.
 */
final class DecisionIds {
  private static final int HALF = 12;

  private final RandomGenerator random;

  DecisionIds(RandomGenerator random) {
    this.random = random;
  }

  String next(Instant now) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(now.toEpochMilli(), HALF) + hex.toHexDigits(random.nextLong(), HALF);
  }
}
