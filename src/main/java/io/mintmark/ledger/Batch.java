package io.mintmark.ledger;

import io.mintmark.ledger.tree.TreeHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines that are written together, numbered from a first {@code seq} on. */
final class Batch {
  private static final byte[] HEAD = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

  private final TreeHash hash;
  private final long first;
  private final List<byte[]> leaves = new ArrayList<>();
  private byte[] bytes = new byte[1 << 14];
  private int length;

  Batch(TreeHash hash, long first) {
    this.hash = hash;
    this.first = first;
  }

  /** Adds a record as {@link RecordLine#afterSeq} wrote it. */
  void add(byte[] afterSeq) {
    int start = length;
    put(HEAD);
    put(Long.toString(first + leaves.size()).getBytes(StandardCharsets.US_ASCII));
    put(afterSeq);
    leaves.add(hash.leaf(bytes, start, length - 1 - start));
  }

  private void put(byte[] more) {
    if (bytes.length - length < more.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more.length));
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  List<byte[]> leaves() {
    return leaves;
  }
}
