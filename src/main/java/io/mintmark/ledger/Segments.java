package io.mintmark.ledger;

import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The segments of a log in order; the last one is open at its end. */
record Segments(List<Part> parts) {
  Segments {
    parts = List.copyOf(parts);
  }

  /**
   * @param end the first {@code seq} after it; {@link Long#MAX_VALUE} for the last
   * @param lines whether its records are there, packed or not
   * @param hashes whether its leaf hashes are there, as many as it has records
   */
  record Part(SegmentName name, long end, boolean lines, boolean hashes) {}

  interface LeafSink {
    void take(byte[] leaf) throws IOException;
  }

  /**
   * @throws UnusableLedger where a segment is missing that retention cannot have dropped
   */
  static Segments list(LogFiles files) throws IOException {
    TreeSet<Long> firsts = new TreeSet<>();
    Set<String> names = new LinkedHashSet<>(files.names());
    for (String name : names) {
      if (SegmentName.isLines(name) || SegmentName.isPacked(name) || SegmentName.isHashes(name)) {
        firsts.add(SegmentName.of(name).first());
      }
    }
    List<Part> parts = new ArrayList<>();
    for (long first : firsts) {
      Long next = firsts.higher(first);
      SegmentName name = new SegmentName(first);
      long end = next == null ? Long.MAX_VALUE : next;
      boolean hashes =
          next != null
              && names.contains(name.hashes())
              && files.size(name.hashes()) == (end - first) * TreeHash.LENGTH;
      boolean lines = names.contains(name.lines()) || names.contains(name.packed());
      parts.add(new Part(name, end, lines, hashes));
    }
    check(parts);
    return new Segments(parts);
  }

  private static void check(List<Part> parts) throws UnusableLedger {
    boolean kept = false;
    long expected = 0;
    for (Part part : parts) {
      if (part.name().first() != expected) {
        throw missing(expected, part.name().first());
      }
      kept |= part.lines();
      if (!part.lines() && (kept || !part.hashes())) {
        throw missing(part.name().first(), part.end());
      }
      expected = part.end();
    }
  }

  private static UnusableLedger missing(long from, long to) {
    return new UnusableLedger(
        "records of the ledger are missing: seq "
            + from
            + (to == Long.MAX_VALUE ? " and on" : " to " + (to - 1)));
  }

  /** The first record whose line is still there. */
  long firstKept() {
    for (Part part : parts) {
      if (part.lines()) {
        return part.name().first();
      }
    }
    return 0;
  }

  /**
   * Hands over the leaf hashes {@code [from, to)}, from the files of hashes where there are some.
   */
  void leaves(LogFiles files, long from, long to, LeafSink sink) throws IOException {
    TreeHash hash = new TreeHash();
    for (Part part : parts) {
      long first = Math.max(from, part.name().first());
      long end = Math.min(part.end(), to);
      if (first < end && part.hashes()) {
        fromHashes(files, part.name(), first, end, sink);
      } else if (first < end) {
        fromLines(files, part.name(), first, end, hash, sink);
      }
    }
  }

  private static void fromHashes(
      LogFiles files, SegmentName name, long from, long end, LeafSink sink) throws IOException {
    try (InputStream in = files.read(name.hashes(), (from - name.first()) * TreeHash.LENGTH)) {
      long at = from;
      while (at < end) {
        int some = (int) Math.min(end - at, 4096);
        byte[] hashes = in.readNBytes(some * TreeHash.LENGTH);
        if (hashes.length != some * TreeHash.LENGTH) {
          throw missing(at, end);
        }
        for (int i = 0; i < hashes.length; i += TreeHash.LENGTH) {
          sink.take(Arrays.copyOfRange(hashes, i, i + TreeHash.LENGTH));
        }
        at += some;
      }
    }
  }

  private static void fromLines(
      LogFiles files, SegmentName name, long from, long end, TreeHash hash, LeafSink sink)
      throws IOException {
    SegmentLines near = SegmentLines.near(files, name, from);
    try (Lines lines = near.lines()) {
      for (long seq = near.first(); seq < end; seq++) {
        if (!lines.next()) {
          throw missing(seq, end);
        }
        if (seq >= from) {
          sink.take(hash.leaf(lines.buffer(), lines.offset(), lines.length()));
        }
      }
    }
  }

  /** The right edge of the tree of the first {@code size} records, from their hashes. */
  RightEdge edge(LogFiles files, long size) throws IOException {
    RightEdge edge = new RightEdge();
    TreeHash hash = new TreeHash();
    leaves(files, 0, size, leaf -> edge.add(hash, leaf));
    return edge;
  }
}
