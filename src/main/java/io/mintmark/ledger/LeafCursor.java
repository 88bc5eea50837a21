package io.mintmark.ledger;

import io.mintmark.ledger.tree.TreeHash;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The leaf hashes of a log in order, worked out from its lines, or read where only hashes are left.
 * A log that grows or is pruned meanwhile is followed.
 */
final class LeafCursor implements Closeable {
  private static final int TIME_LENGTH = 24;

  private final LogFiles files;
  private final TreeHash hash = new TreeHash();
  private final Deque<Segments.Part> ahead = new ArrayDeque<>();
  private long next;
  private long byHash;
  private long retained;
  private Segments.@Nullable Part part;
  private @Nullable Lines lines;
  private @Nullable InputStream hashes;

  LeafCursor(LogFiles files) {
    this.files = files;
  }

  /** The {@code seq} of the leaf that {@link #next} gives. */
  long position() {
    return next;
  }

  /** How many leaves came from hashes alone. */
  long byHash() {
    return byHash;
  }

  /** The first {@code seq} that must have its line, as the log itself says. */
  long retained() {
    return retained;
  }

  /**
   * The next leaf hash; null where there is no whole line more.
   *
   * @throws UnusableLedger where lines and hashes do not fit each other, or a segment is missing
   */
  byte @Nullable [] next() throws IOException {
    if (part == null || next >= part.end()) {
      open();
    }
    byte[] leaf = lines == null ? fromHashes() : fromLine(lines);
    if (leaf == null && part != null && part.end() == Long.MAX_VALUE && grown()) {
      open();
      leaf = lines == null ? null : fromLine(lines);
    }
    if (leaf == null && part != null && part.end() != Long.MAX_VALUE) {
      throw new UnusableLedger("records are missing: seq " + next + " to " + (part.end() - 1));
    }
    next += leaf == null ? 0 : 1;
    return leaf;
  }

  /** Whether the last segment was closed since it was opened here. */
  private boolean grown() throws IOException {
    return part != null
        && next > part.name().first()
        && files.exists(new SegmentName(next).lines());
  }

  private void open() throws IOException {
    if (lines != null
        && part != null
        && next == part.end()
        && (lines.next() || lines.length() > 0)) {
      throw new UnusableLedger(
          "the segment before seq " + next + " has more lines than it had records");
    }
    close();
    while (!ahead.isEmpty() && ahead.getFirst().name().first() < next) {
      ahead.removeFirst();
    }
    if (ahead.isEmpty() || ahead.getFirst().end() == Long.MAX_VALUE) {
      ahead.clear();
      Segments.list(files).parts().stream()
          .filter(listed -> listed.name().first() >= next)
          .forEach(ahead::add);
    }
    Segments.Part found = ahead.pollFirst();
    if (found == null || found.name().first() != next) {
      throw new UnusableLedger("records are missing: seq " + next + " and on");
    }
    part = found;
    openFiles(found);
  }

  private void openFiles(Segments.Part at) throws IOException {
    if (at.lines()) {
      try {
        lines = new Lines(files.read(at.name().lines(), 0), RecordLine.LONGEST);
      } catch (NoSuchFileException pruned) {
        lines = null;
      }
    }
    if (at.hashes()) {
      hashes = files.read(at.name().hashes(), 0);
    }
  }

  private byte @Nullable [] fromHashes() throws IOException {
    byte[] leaf = readHash();
    byHash += leaf == null ? 0 : 1;
    return leaf;
  }

  private byte @Nullable [] readHash() throws IOException {
    if (hashes == null) {
      return null;
    }
    byte[] leaf = hashes.readNBytes(TreeHash.LENGTH);
    return leaf.length == TreeHash.LENGTH ? leaf : null;
  }

  private byte @Nullable [] fromLine(Lines from) throws IOException {
    if (!from.next()) {
      return null;
    }
    readMembers(from);
    byte[] leaf = hash.leaf(from.buffer(), from.offset(), from.length());
    byte[] kept = readHash();
    if (kept != null && !Arrays.equals(leaf, kept)) {
      throw new UnusableLedger(
          "record " + next + " does not fit the hash that was kept of it: one of them was altered");
    }
    return leaf;
  }

  /** Looks at the number and, in records of retention, at what they say. */
  private void readMembers(Lines line) throws IOException {
    byte[] numbered = ("{\"seq\":" + next + ",\"time\":\"").getBytes(StandardCharsets.US_ASCII);
    if (!holds(line, 0, numbered)) {
      throw new UnusableLedger(
          "at record " + next + " stands another line: records were changed, removed or reordered");
    }
    byte[] retention =
        ("\",\"outcome\":\"" + Retention.OUTCOME + "\"").getBytes(StandardCharsets.US_ASCII);
    if (holds(line, numbered.length + TIME_LENGTH, retention)) {
      Long first = RecordParser.parse(line.buffer(), line.offset(), line.length()).record().count();
      retained = first == null ? retained : Math.max(retained, first);
    }
  }

  private static boolean holds(Lines line, int at, byte[] text) {
    int from = line.offset() + at;
    return line.length() >= at + text.length
        && Arrays.equals(line.buffer(), from, from + text.length, text, 0, text.length);
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
      lines = null;
    }
    if (hashes != null) {
      hashes.close();
      hashes = null;
    }
  }
}
