package io.mintmark.ledger;

import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The segment that is written now: how much of it is durable, and its leaf hashes. */
final class Segment {
  private final SegmentName name;
  private final AppendFile file;
  private final Instant since;
  private byte[] hashes = new byte[1 << 12];
  private int records;
  private long bytes;

  Segment(SegmentName name, AppendFile file, Instant since) {
    this.name = name;
    this.file = file;
    this.since = since;
  }

  /** The same durable content behind a freshly opened file. */
  Segment reopened(AppendFile fresh) {
    Segment segment = new Segment(name, fresh, since);
    segment.hashes = hashes;
    segment.records = records;
    segment.bytes = bytes;
    return segment;
  }

  SegmentName name() {
    return name;
  }

  AppendFile file() {
    return file;
  }

  Instant since() {
    return since;
  }

  int records() {
    return records;
  }

  long bytes() {
    return bytes;
  }

  /** Counts durable lines. */
  void hold(List<byte[]> leaves, long length) {
    for (byte[] leaf : leaves) {
      if (hashes.length == records * TreeHash.LENGTH) {
        hashes = Arrays.copyOf(hashes, hashes.length * 2);
      }
      System.arraycopy(leaf, 0, hashes, records++ * TreeHash.LENGTH, TreeHash.LENGTH);
    }
    bytes += length;
  }

  byte[] hashes() {
    return Arrays.copyOf(hashes, records * TreeHash.LENGTH);
  }

  void close() throws IOException {
    file.close();
  }
}
