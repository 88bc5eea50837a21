package io.mintmark.ledger;

import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The roots of all whole subtrees of 2^8 and of 2^16 records, one after another in a file a level,
 * so that a proof reads a few hundred hashes and not all of them. A cache: what is worked out with
 * it is compared with a signed root.
 */
final class Subtrees {
  /** The higher one first. */
  private static final int[] LEVELS = {16, 8};

  private static final int STEP = 8;

  private final LogFiles files;
  private final long openEnd;
  private final TreeHash hash = new TreeHash();
  private final List<byte[]> open = new ArrayList<>();

  Subtrees(LogFiles files) {
    this(files, 0);
  }

  /**
   * @param size of the tree that roots are asked of
   */
  Subtrees(LogFiles files, long size) {
    this.files = files;
    this.openEnd = size;
  }

  static String file(int level) {
    return "subtrees." + level;
  }

  static boolean isLevel(int level) {
    return Arrays.stream(LEVELS).anyMatch(kept -> kept == level);
  }

  /** How many roots of a level there are. */
  private long count(int level) throws IOException {
    return files.exists(file(level)) ? files.size(file(level)) / TreeHash.LENGTH : 0;
  }

  /** Cuts off what is past the first {@code size} records, and what a loss of power tore. */
  void cut(long size) throws IOException {
    for (int level : LEVELS) {
      if (files.exists(file(level))) {
        try (AppendFile roots = files.append(file(level))) {
          long wanted = Math.min(size >>> level, roots.size() / TreeHash.LENGTH);
          if (roots.size() != wanted * TreeHash.LENGTH) {
            roots.truncate(wanted * TreeHash.LENGTH);
            roots.force();
          }
        }
      }
    }
  }

  /** Adds, durably, what is missing of the tree of {@code size} records. */
  void extend(Segments segments, long size) throws IOException {
    for (int i = LEVELS.length - 1; i >= 0; i--) {
      int level = LEVELS[i];
      long from = count(level);
      long to = size >>> level;
      if (from < to) {
        try (AppendFile roots = files.append(file(level))) {
          Folding folding = new Folding(roots);
          if (level == STEP) {
            segments.leaves(files, from << level, to << level, folding);
          } else {
            read(level - STEP, from << STEP, to << STEP, folding);
          }
          folding.end();
        }
      }
    }
  }

  /** Makes one root of each {@code 2^STEP} hashes. */
  private final class Folding implements Segments.LeafSink {
    private final AppendFile roots;
    private final byte[] waiting = new byte[1 << 13];
    private int filled;
    private RightEdge below = new RightEdge();

    Folding(AppendFile roots) {
      this.roots = roots;
    }

    @Override
    public void take(byte[] node) throws IOException {
      below.add(hash, node);
      if (below.size() == 1 << STEP) {
        System.arraycopy(below.root(hash), 0, waiting, filled, TreeHash.LENGTH);
        filled += TreeHash.LENGTH;
        below = new RightEdge();
        if (filled == waiting.length) {
          write();
        }
      }
    }

    private void write() throws IOException {
      roots.write(waiting, 0, filled);
      filled = 0;
    }

    void end() throws IOException {
      write();
      roots.force();
    }
  }

  private void read(int level, long from, long to, Segments.LeafSink sink) throws IOException {
    try (InputStream in = files.read(file(level), from * TreeHash.LENGTH)) {
      for (long at = from; at < to; ) {
        int some = (int) Math.min(to - at, 256);
        byte[] roots = in.readNBytes(some * TreeHash.LENGTH);
        if (roots.length != some * TreeHash.LENGTH) {
          throw new UnusableLedger("the ledger's file \"" + file(level) + "\" is cut");
        }
        for (int i = 0; i < roots.length; i += TreeHash.LENGTH) {
          sink.take(Arrays.copyOfRange(roots, i, i + TreeHash.LENGTH));
        }
        at += some;
      }
    }
  }

  /**
   * The root of the subtree over the records {@code [from, to)} of the tree, with as few hashes as
   * there are kept. Whoever asks compares what comes of it with a signed root.
   */
  byte[] root(Segments segments, long from, long to) throws IOException {
    RightEdge edge = new RightEdge();
    for (long at = from; at < to; ) {
      int level = level(at, to);
      long end = end(at, to, level);
      if (level == 0) {
        leaves(segments, at, end, leaf -> edge.add(hash, leaf));
      } else {
        read(level, at >>> level, end >>> level, root -> edge.add(hash, root, level));
      }
      at = end;
    }
    return edge.root(hash);
  }

  /** Works the leaves of the open segment out once, for all ranges that end in it. */
  private void leaves(Segments segments, long from, long to, Segments.LeafSink sink)
      throws IOException {
    long closed = segments.parts().getLast().name().first();
    if (from < closed) {
      segments.leaves(files, from, Math.min(to, closed), sink);
    }
    if (to > closed && open.isEmpty()) {
      segments.leaves(files, closed, openEnd, open::add);
    }
    for (long at = Math.max(from, closed); at < to; at++) {
      sink.take(open.get((int) (at - closed)));
    }
  }

  /** The highest level that has a root for the records from {@code at} on. */
  private int level(long at, long to) throws IOException {
    for (int level : LEVELS) {
      long end = at + (1L << level);
      if ((at & ((1L << level) - 1)) == 0 && end <= to && end >>> level <= count(level)) {
        return level;
      }
    }
    return 0;
  }

  /** Up to where that level is the highest: a higher one may take over where it can begin. */
  private long end(long at, long to, int level) throws IOException {
    long most = level == 0 ? to : Math.min(to >>> level, count(level)) << level;
    for (int higher : LEVELS) {
      long begin = ((at >>> higher) + 1) << higher;
      if (higher > level && begin < most && level(begin, to) >= higher) {
        most = begin;
      }
    }
    return most;
  }
}
