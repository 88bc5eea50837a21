package io.mintmark.powerloss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * A file with writes that were not forced.
 *
 * @param sizes how long it may be
 * @param sectors what each of its sectors may hold
 */
record Torn(int file, byte[] durable, List<Integer> sizes, List<List<byte[]>> sectors) {
  static Torn of(int file, byte[] durable, List<byte[]> written) {
    TreeSet<Integer> sizes = new TreeSet<>();
    sizes.add(durable.length);
    int longest = durable.length;
    int shortest = durable.length;
    for (byte[] version : written) {
      sizes.add(version.length);
      longest = Math.max(longest, version.length);
      shortest = Math.min(shortest, version.length);
    }
    for (int at = PowerLoss.SECTOR; at < longest; at += PowerLoss.SECTOR) {
      if (at > shortest) {
        sizes.add(at);
      }
    }
    List<List<byte[]>> sectors = new ArrayList<>();
    for (int at = 0; at < longest; at += PowerLoss.SECTOR) {
      List<byte[]> holds = new ArrayList<>();
      holds.add(sector(durable, at));
      for (byte[] version : written) {
        byte[] sector = sector(version, at);
        if (holds.stream().noneMatch(other -> Arrays.equals(other, sector))) {
          holds.add(sector);
        }
      }
      sectors.add(holds);
    }
    return new Torn(file, durable, List.copyOf(sizes), sectors);
  }

  private static byte[] sector(byte[] content, int at) {
    byte[] sector = new byte[PowerLoss.SECTOR];
    if (at < content.length) {
      System.arraycopy(content, at, sector, 0, Math.min(sector.length, content.length - at));
    }
    return sector;
  }

  /** How many survivors there are. */
  double ways() {
    double ways = sizes.size();
    for (List<byte[]> holds : sectors) {
      ways *= holds.size();
    }
    return ways;
  }

  byte[] survivor(long way) {
    long rest = way / sizes.size();
    int[] chosen = new int[sectors.size()];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (int) (rest % sectors.get(i).size());
      rest /= sectors.get(i).size();
    }
    return put(sizes.get((int) (way % sizes.size())), chosen);
  }

  /** One of them, more often with most of what was written than not. */
  byte[] sample(Random random) {
    int[] chosen = new int[sectors.size()];
    boolean mostly = random.nextBoolean();
    for (int i = 0; i < chosen.length; i++) {
      int holds = sectors.get(i).size();
      chosen[i] = mostly && random.nextInt(4) > 0 ? holds - 1 : random.nextInt(holds);
    }
    return put(sizes.get(random.nextInt(sizes.size())), chosen);
  }

  /** The same, with old bytes of a file that was deleted where this one grew. */
  byte[] withOldBytes(Random random) {
    byte[] bytes = sample(random);
    if (bytes.length > durable.length && durable.length > 0) {
      int at = durable.length + random.nextInt(bytes.length - durable.length);
      int from = random.nextInt(durable.length);
      int count = Math.min(bytes.length - at, durable.length - from);
      System.arraycopy(durable, from, bytes, at, count);
    }
    return bytes;
  }

  private byte[] put(int size, int[] chosen) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < chosen.length && i * PowerLoss.SECTOR < size; i++) {
      int at = i * PowerLoss.SECTOR;
      byte[] sector = sectors.get(i).get(chosen[i]);
      System.arraycopy(sector, 0, bytes, at, Math.min(PowerLoss.SECTOR, size - at));
    }
    return bytes;
  }
}
