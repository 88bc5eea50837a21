package io.mintmark.ledger;

import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives closed segments what makes them small and quick to ask: the roots of subtrees, an index of
 * ids, and lines in gzip blocks instead of the plain ones. On a thread of its own that takes at
 * most a tenth of a core; what a crash interrupts is begun again at the next start. Nothing waits
 * for it, and nothing is lost with it.
 *
 * <p>The plain lines go only after the packed file was forced, read back and found to have the
 * hashes that were kept when the lines were written.
 */
final class Packing implements Runnable {
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long STOP_MILLIS = 2_000;

  private final LogFiles files;
  private final LogFiles paced;
  private final LedgerListener listener;
  private final Thread thread;
  private final Lock lock = new ReentrantLock();
  private volatile long open;
  private volatile boolean stopping;

  /** Whether the roots of subtrees are durable as far as they go; a failure may leave others. */
  private boolean sound;

  private @Nullable String problem;

  /**
   * @param rest after work it rests this many times as long
   */
  Packing(LogFiles files, int rest, LedgerListener listener) {
    this.files = files;
    this.paced = new PacedFiles(files, rest, () -> stopping);
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("mintmark-ledger-packing").unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Held while files of closed segments are deleted or take each other's place. */
  Lock lock() {
    return lock;
  }

  /** Segments that end at or before this record are closed for good. Never waits. */
  void closedBefore(long first) {
    if (open != first) {
      open = first;
      LockSupport.unpark(thread);
    }
  }

  /** Gives up what it is at; a start begins it again. */
  void stop() throws InterruptedException {
    stopping = true;
    LockSupport.unpark(thread);
    thread.join(STOP_MILLIS);
  }

  @Override
  public void run() {
    while (!stopping) {
      long until = open;
      long wait = Long.MAX_VALUE;
      try {
        packAll(until);
        problem = null;
      } catch (IOException | RuntimeException | Error failed) {
        // an Error is want of memory or of handles, which others may give back
        report(failed);
        wait = AGAIN_NANOS;
      }
      long began = System.nanoTime();
      while (!stopping && open == until && System.nanoTime() - began < wait) {
        LockSupport.parkNanos(this, Math.min(wait, AGAIN_NANOS));
      }
    }
  }

  private void report(Throwable failed) {
    if (stopping) {
      return;
    }
    listener.packingFailed();
    String now = failed.getMessage() == null ? failed.toString() : failed.getMessage();
    if (!now.equals(problem)) {
      problem = now;
      listener.unpacked(now);
    }
  }

  /**
   * Packs what is closed and is not packed yet, the oldest first. One that cannot be read stays as
   * it is and keeps none after it from being packed.
   *
   * @throws IOException of the first that was not packed
   */
  void packAll(long until) throws IOException {
    Segments segments = Segments.list(files);
    Subtrees subtrees = new Subtrees(files);
    if (!sound) {
      subtrees.cut(sound(files, segments));
    }
    sound = false;
    IOException first = null;
    boolean gap = false;
    for (Segments.Part part : segments.parts()) {
      if (part.end() > until || stopping) {
        break;
      }
      if (part.lines() && !done(part)) {
        IOException damage = pack(part, segments, gap ? null : subtrees);
        if (damage != null) {
          first = first == null ? damage : first;
          gap |= !files.exists(part.name().index());
        }
      }
    }
    sound = true;
    if (first != null) {
      throw first;
    }
  }

  /**
   * Up to where subtrees must be durable before this segment has an index: those after it have one
   * already where it could not be read before.
   */
  private long covered(Segments.Part part, Segments segments) throws IOException {
    long end = part.end();
    for (Segments.Part next : segments.parts()) {
      if (next.name().first() == end && next.lines() && files.exists(next.name().index())) {
        end = next.end();
      }
    }
    return end;
  }

  private boolean done(Segments.Part part) throws IOException {
    return !files.exists(part.name().lines()) && files.exists(part.name().index());
  }

  /** Up to where subtrees were durable: an index is only written after them. */
  static long sound(LogFiles files, Segments segments) throws IOException {
    for (Segments.Part part : segments.parts()) {
      if (part.lines() && !files.exists(part.name().index())) {
        return part.name().first();
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Null where it is packed; otherwise why it cannot be read.
   *
   * @param subtrees null where they end before this segment: a later one adds what is missing
   */
  private @Nullable IOException pack(
      Segments.Part part, Segments segments, @Nullable Subtrees subtrees) throws IOException {
    ClosedSegment segment;
    try {
      segment = ClosedSegment.read(paced, part);
    } catch (IOException unreadable) {
      return unreadable;
    }
    if (segment.problem() != null || segment.byHash()) {
      return segment.problem(); // where only hashes are left, retention dropped it meanwhile
    }
    SegmentName name = part.name();
    if (!part.hashes()) {
      files.replace(
          name.hashes(), Arrays.copyOf(segment.leaves(), segment.records() * TreeHash.LENGTH));
    }
    if (subtrees != null) {
      subtrees.extend(segments, covered(part, segments));
    }
    files.replace(name.index(), segment.ids().bytes());
    if (files.exists(name.lines())) {
      String fresh = name.packed() + ".tmp";
      try {
        PackedSegment.write(paced, name.lines(), fresh);
        compare(fresh, segment, name);
        takePlace(fresh, name);
      } finally {
        files.delete(fresh); // also where the disk is full: records need the space
      }
    } else if (!files.exists(name.packed())) {
      files.delete(name.index()); // dropped by retention meanwhile
    }
    return null;
  }

  private void compare(String fresh, ClosedSegment segment, SegmentName name) throws IOException {
    try (Lines lines = PackedSegment.lines(paced, fresh)) {
      String differs =
          PackedSegment.difference(lines, segment.leaves(), segment.records(), name.first());
      if (differs != null) {
        throw new UnusableLedger("a packed segment did not come out as its lines are: " + differs);
      }
    }
  }

  private void takePlace(String fresh, SegmentName name) throws IOException {
    lock.lock();
    try {
      if (files.exists(name.lines())) {
        files.rename(fresh, name.packed());
        files.delete(name.lines());
        files.delete(name.edge());
      } else {
        files.delete(name.index());
      }
    } finally {
      lock.unlock();
    }
  }
}
