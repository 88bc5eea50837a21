package io.mintmark.credential;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Identifiers of 128 bits: 48 of time in milliseconds and 80 random ones. Those of one time stand
 * together in an index, which a random identifier would make touch another page for each record.
 * The random bits are drawn many at a time and by several hands, because one shared generator would
 * be a lock that every request waits for.
 */
final class Serials {
  private static final int BYTES = 16;
  private static final int TIME = 6;
  private static final int RANDOM = BYTES - TIME;
  private static final int DRAWN_AT_ONCE = 64 * RANDOM;
  private static final int HANDS = 16;

  private final Hand[] hands = new Hand[HANDS];

  Serials(SecureRandom random) {
    Arrays.setAll(hands, i -> new Hand(random));
  }

  byte[] next(Instant now) {
    byte[] serial = new byte[BYTES];
    long millis = now.toEpochMilli();
    for (int i = 0; i < TIME; i++) {
      serial[i] = (byte) (millis >>> (Byte.SIZE * (TIME - 1 - i)));
    }
    hands[(int) (Thread.currentThread().threadId() & (HANDS - 1))].draw(serial);
    return serial;
  }

  static String jti(byte[] serial) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(serial);
  }

  /** Positive, and of 16 octets always (RFC 5280 section 4.1.2.2 allows 20). */
  static BigInteger number(byte[] serial) {
    byte[] bytes = serial.clone();
    bytes[0] = (byte) ((bytes[0] & 0x3f) | 0x40);
    return new BigInteger(1, bytes);
  }

  private static final class Hand {
    private final SecureRandom random;
    private final byte[] drawn = new byte[DRAWN_AT_ONCE];
    private int used = DRAWN_AT_ONCE;

    Hand(SecureRandom random) {
      this.random = random;
    }

    synchronized void draw(byte[] serial) {
      if (used == DRAWN_AT_ONCE) {
        random.nextBytes(drawn);
        used = 0;
      }
      System.arraycopy(drawn, used, serial, TIME, RANDOM);
      used += RANDOM;
    }
  }
}
