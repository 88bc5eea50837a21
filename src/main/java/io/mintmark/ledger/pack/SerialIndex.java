package io.mintmark.ledger.pack;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where in a segment the records of an id ({@code jti} or {@code serial}) may stand: sorted numbers
 * of eight bytes, big endian, the upper 40 bits from the id, the lower 24 the record's place in the
 * segment. A hint: what it leads to is looked at, and what it does not lead to is no proof of
 * absence.
 */
public final class SerialIndex {
  private static final int PLACE_BITS = 24;
  private static final long MOST_PLACES = 1L << PLACE_BITS;

  private long[] entries = new long[1 << 12];
  private int size;

  /** Adds the record at a place; its id is a part of a buffer. Places past 2^24 are left out. */
  public void add(long place, byte[] buffer, int offset, int length) {
    if (place < MOST_PLACES) {
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, size * 2);
      }
      entries[size++] = key(buffer, offset, length) | place;
    }
  }

  /** The file. */
  public byte[] bytes() {
    long[] sorted = Arrays.copyOf(entries, size);
    sort(sorted);
    ByteBuffer bytes = ByteBuffer.allocate(size * Long.BYTES);
    bytes.asLongBuffer().put(sorted);
    return bytes.array();
  }

  /** In the order of unsigned numbers, which is that of the bytes. */
  private static void sort(long[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(numbers);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] ^= Long.MIN_VALUE;
    }
  }

  /** The upper bits of an id's entries, the others zero: FNV-1a, finished as splitmix64 does. */
  public static long key(byte[] buffer, int offset, int length) {
    long hash = 0xcbf29ce484222325L;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ (buffer[i] & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return (hash ^ (hash >>> 31)) & -MOST_PLACES;
  }

  /** Zero where an entry is of an id of that key; less where it stands before those, more after. */
  public static int compare(long entry, long key) {
    return Long.compareUnsigned(entry & -MOST_PLACES, key);
  }

  /** The place that an entry leads to. */
  public static long place(long entry) {
    return entry & (MOST_PLACES - 1);
  }

  /**
   * About where among so many entries those of a key stand, since keys are spread evenly.
   *
   * @return a position from 0 to {@code entries}
   */
  public static long guess(long key, long entries) {
    return Math.multiplyHigh(key >>> 1, entries << 1);
  }
}
