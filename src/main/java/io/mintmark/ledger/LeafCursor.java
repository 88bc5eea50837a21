package io.mintmark.ledger;

import io.mintmark.ledger.tree.TreeHash;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The leaf hashes of a log in order, worked out from its lines, or read where only hashes are left.
 * Closed segments are worked out ahead on other threads, a few at a time. A log that grows, is
 * packed or is pruned meanwhile is followed.
 */
final class LeafCursor implements Closeable {
  private record Ahead(Segments.Part part, Future<ClosedSegment> segment) {}

  private final LogFiles files;
  private final ExecutorService threads;
  private final int mostAhead;
  private final TreeHash hash = new TreeHash();
  private final Deque<Segments.Part> listed = new ArrayDeque<>();
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private long next;
  private long byHash;
  private long retained;
  private Segments.@Nullable Part part;
  private @Nullable ClosedSegment closed;
  private @Nullable Lines open;
  private @Nullable String aside;

  /**
   * @param mostAhead how many closed segments are worked out at once
   */
  LeafCursor(LogFiles files, ExecutorService threads, int mostAhead) {
    this.files = files;
    this.threads = threads;
    this.mostAhead = mostAhead;
  }

  /** How many leaves came from hashes alone. */
  long byHash() {
    return byHash;
  }

  /**
   * The first {@code seq} that must have its line, as those records say whose leaves were given:
   * what comes after them may be nobody's.
   */
  long retained() {
    boolean given = part != null && next >= part.end();
    return given && closed != null ? Math.max(retained, closed.retained()) : retained;
  }

  /** The first file beside the lines that does not fit them; null where all did so far. */
  @Nullable String aside() {
    return aside;
  }

  /**
   * @throws UnusableLedger where the closed segment that ends here has more lines than records
   */
  void checkEnd() throws UnusableLedger {
    if (part != null && next >= part.end() && closed != null && closed.problem() != null) {
      throw closed.problem();
    }
  }

  /**
   * The next leaf hash; null where there is no whole line more.
   *
   * @throws UnusableLedger where lines and hashes do not fit each other, or a segment is missing
   */
  byte @Nullable [] next() throws IOException {
    ensureOpen();
    byte[] leaf = closed == null ? fromLine(open) : fromClosed(closed);
    if (leaf == null && grown()) {
      advance();
      leaf = closed == null ? fromLine(open) : fromClosed(closed);
    }
    next += leaf == null ? 0 : 1;
    return leaf;
  }

  private void ensureOpen() throws IOException {
    if (part == null || next >= part.end()) {
      advance();
    }
  }

  private byte[] fromClosed(ClosedSegment segment) throws UnusableLedger {
    int at = (int) (next - (part == null ? 0 : part.name().first()));
    if (at >= segment.records()) {
      throw segment.problem() == null
          ? new UnusableLedger("records are missing: seq " + next + " and on")
          : segment.problem();
    }
    byHash += segment.byHash() ? 1 : 0;
    return Arrays.copyOfRange(segment.leaves(), at * TreeHash.LENGTH, (at + 1) * TreeHash.LENGTH);
  }

  /** Whether the open segment was closed since it was opened here. */
  private boolean grown() throws IOException {
    return part != null
        && next > part.name().first()
        && SegmentLines.exist(files, new SegmentName(next));
  }

  /** Goes on to the segment that begins at {@link #next}. */
  private void advance() throws IOException {
    if (closed != null && closed.problem() != null) {
      throw closed.problem(); // such as a line too many
    }
    close();
    retained = retained();
    closed = null;
    if (ahead.isEmpty()) {
      list();
    }
    begin();
    Ahead segment = ahead.pollFirst();
    if (segment != null) {
      part = segment.part();
      closed = Results.of(segment.segment());
      aside = aside == null ? closed.aside() : aside;
      begin();
      return;
    }
    Segments.Part last = listed.pollFirst();
    if (last == null || last.name().first() != next) {
      throw new UnusableLedger("records are missing: seq " + next + " and on");
    }
    part = last;
    try {
      open = SegmentLines.all(files, last.name());
    } catch (NoSuchFileException gone) {
      throw new UnusableLedger("records are missing: seq " + next + " and on");
    }
  }

  private void list() throws IOException {
    if (listed.size() <= 1) {
      listed.clear();
      Segments.list(files).parts().stream()
          .filter(found -> found.name().first() >= next)
          .forEach(listed::add);
    }
    if (!listed.isEmpty() && listed.getFirst().name().first() != next) {
      throw new UnusableLedger("records are missing: seq " + next + " and on");
    }
  }

  private void begin() {
    while (ahead.size() < mostAhead
        && !listed.isEmpty()
        && listed.getFirst().end() != Long.MAX_VALUE) {
      Segments.Part begun = listed.removeFirst();
      ahead.add(new Ahead(begun, threads.submit(() -> ClosedSegment.verify(files, begun))));
    }
  }

  private byte @Nullable [] fromLine(@Nullable Lines lines) throws IOException {
    if (lines == null || !lines.next()) {
      return null;
    }
    int time = LineCheck.numbered(lines, next);
    retained = Math.max(retained, LineCheck.retained(lines, time));
    return hash.leaf(lines.buffer(), lines.offset(), lines.length());
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
