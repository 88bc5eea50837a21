package io.mintmark.ledger;

import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the files that are only there to be quick with the tree as it is worked out anew: the
 * roots of subtrees, as far as they were durable before an index was written, and the right edge
 * before the open segment.
 */
final class QuickFilesCheck implements RightEdge.Whole, Closeable {
  private final LogFiles files;
  private final Map<Integer, InputStream> kept = new HashMap<>();
  private long sound;
  private long edgeAt = -1;
  private long size;
  private @Nullable String wrong;
  private @Nullable IOException failed;

  QuickFilesCheck(LogFiles files) {
    this.files = files;
  }

  /** Looks at what there is now. */
  void begin(Segments segments) throws IOException {
    sound = Packing.sound(files, segments);
    edgeAt = segments.parts().isEmpty() ? -1 : segments.parts().getLast().name().first();
  }

  /** The tree before its next leaf. */
  void edge(RightEdge edge) throws IOException {
    size = edge.size();
    if (size != edgeAt || size == 0) {
      return;
    }
    String name = new SegmentName(size).edge();
    if (files.exists(name)) {
      try {
        wrong = Arrays.equals(files.readAll(name), edge.text()) ? wrong : name;
      } catch (NoSuchFileException since) {
        // the segment was closed and packed meanwhile
      }
    }
  }

  @Override
  public void take(int level, byte[] root) {
    if (Subtrees.isLevel(level) && size < sound && failed == null) {
      try {
        compare(level, root);
      } catch (IOException unreadable) {
        failed = unreadable;
      }
    }
  }

  private void compare(int level, byte[] root) throws IOException {
    InputStream roots = kept.get(level);
    if (roots == null) {
      roots = open(Subtrees.file(level));
      kept.put(level, roots);
    }
    byte[] next = roots.readNBytes(TreeHash.LENGTH);
    // a file that is behind is no fault: the broker adds to it when a segment is packed
    if (next.length == TreeHash.LENGTH && !Arrays.equals(next, root) && wrong == null) {
      wrong = Subtrees.file(level);
    }
  }

  private InputStream open(String name) throws IOException {
    try {
      return new BufferedInputStream(files.read(name, 0));
    } catch (NoSuchFileException none) {
      return InputStream.nullInputStream();
    }
  }

  /** The first file that does not fit; null where all do. */
  @Nullable String wrong() throws IOException {
    if (failed != null) {
      throw failed;
    }
    return wrong;
  }

  @Override
  public void close() throws IOException {
    for (InputStream roots : kept.values()) {
      roots.close();
    }
  }
}
