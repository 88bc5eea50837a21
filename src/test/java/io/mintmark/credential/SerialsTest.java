package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SerialsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123Z");

  private final Serials serials = new Serials(new SecureRandom());

  @Test
  void thoseOfOneMillisecondShareTheirTimeAndNothingElse() {
    Set<String> times = new HashSet<>();
    Set<String> rest = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      String hex = HexFormat.of().formatHex(serials.next(NOW));
      times.add(hex.substring(0, 12));
      rest.add(hex.substring(12));
    }
    assertThat(times).containsExactly(HexFormat.of().toHexDigits(NOW.toEpochMilli(), 12));
    assertThat(rest).hasSize(100_000);
  }

  @Test
  void laterNumbersAreGreaterAndAllAreOfSixteenOctets() {
    BigInteger before = BigInteger.ZERO;
    for (long at : new long[] {0, 1, NOW.toEpochMilli(), NOW.toEpochMilli() + 1}) {
      BigInteger number = Serials.number(serials.next(Instant.ofEpochMilli(at)));
      assertThat(number).isGreaterThan(before);
      assertThat(number.toByteArray()).hasSize(16);
      before = number;
    }
  }
}
