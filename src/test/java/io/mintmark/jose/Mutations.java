package io.mintmark.jose;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Bytes changed at random from a seed that a failure prints. */
public final class Mutations {
  private static final List<byte[]> PIECES =
      List.of(
          bytes("."),
          bytes("\""),
          bytes("{"),
          bytes("}"),
          bytes("["),
          bytes("\\u0000"),
          bytes("null"),
          bytes("1e999"),
          bytes("-1"),
          bytes("spiffe://"),
          bytes("/../"),
          bytes("=="),
          new byte[] {0},
          new byte[] {(byte) 0xff, (byte) 0xfe},
          new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
          new byte[] {0x30, (byte) 0x80},
          new byte[] {0x30, (byte) 0x84, 0x7f, 0x7f, 0x7f, 0x7f},
          new byte[] {0x06, 0x01});

  private Mutations() {}

  /** Feeds {@code runs} mutations of the seeds; whatever escapes is told with seed and bytes. */
  public static void feed(long seed, int runs, List<byte[]> seeds, ThrowingConsumer<byte[]> eater) {
    Random random = new Random(seed);
    for (int run = 0; run < runs; run++) {
      byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        bytes = change(bytes, random);
      }
      try {
        eater.accept(bytes);
      } catch (Throwable escaped) {
        throw new AssertionError(
            "seed " + seed + ", run " + run + ": " + java.util.HexFormat.of().formatHex(bytes),
            escaped);
      }
    }
  }

  private static byte[] change(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return PIECES.get(random.nextInt(PIECES.size())).clone();
    }
    int at = random.nextInt(bytes.length);
    byte[] changed = bytes.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt(256);
      case 2 -> changed = Arrays.copyOf(bytes, at);
      case 3 -> changed = splice(bytes, at, PIECES.get(random.nextInt(PIECES.size())));
      case 4 ->
          changed =
              splice(bytes, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40)));
      default -> {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
        changed = new byte[bytes.length - (to - at)];
        System.arraycopy(bytes, 0, changed, 0, at);
        System.arraycopy(bytes, to, changed, at, bytes.length - to);
      }
    }
    return changed;
  }

  private static byte[] splice(byte[] bytes, int at, byte[] piece) {
    byte[] longer = new byte[bytes.length + piece.length];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(piece, 0, longer, at, piece.length);
    System.arraycopy(bytes, at, longer, at + piece.length, bytes.length - at);
    return longer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
