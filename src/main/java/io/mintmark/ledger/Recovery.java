package io.mintmark.ledger;

import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log for writing: makes a new one, or checks the end of an old one against its newest
 * checkpoint. Records after that checkpoint are kept as far as they are whole, for they may have
 * been acknowledged; what follows them is set aside in a file {@code torn-…} and cut off. What a
 * checkpoint covers is never cut: where it is missing or altered, the log does not open.
 */
final class Recovery {
  private final LogFiles files;
  private final CheckpointSigner signer;
  private final JournalSettings settings;
  private final Instant now;

  private Recovery(LogFiles files, CheckpointSigner signer, JournalSettings settings, Instant now) {
    this.files = files;
    this.signer = signer;
    this.settings = settings;
    this.now = now;
  }

  /**
   * @param random names the origin of a new log
   * @throws UnusableLedger where acknowledged records are missing or altered, or the key is another
   */
  static LogTail open(
      LogFiles files,
      CheckpointSigner signer,
      JournalSettings settings,
      Instant now,
      RandomGenerator random)
      throws IOException {
    Recovery recovery = new Recovery(files, signer, settings, now);
    for (String name : files.names()) {
      if (name.endsWith(".tmp")) {
        files.delete(name);
      }
    }
    VerifierKey key = recovery.key(random);
    CheckpointTail newest = CheckpointTail.read(files, key);
    LogTail tail = newest == null ? recovery.create(key) : recovery.reopen(key, newest);
    try {
      if (tail.broken()) {
        tail.sign();
      }
      tail.publish();
    } catch (IOException | RuntimeException failed) {
      tail.close();
      throw failed;
    }
    return tail;
  }

  private VerifierKey key(RandomGenerator random) throws IOException {
    String origin;
    if (files.exists(LogTail.ORIGIN)) {
      origin = new String(files.readAll(LogTail.ORIGIN), StandardCharsets.UTF_8).strip();
    } else if (files.exists(LogTail.CHECKPOINT) || !linesEmpty()) {
      throw new UnusableLedger("the ledger has records but its file \"origin\" is missing");
    } else {
      byte[] word = new byte[8];
      random.nextBytes(word);
      origin = settings.originPrefix() + "/" + HexFormat.of().formatHex(word);
      files.replace(LogTail.ORIGIN, (origin + "\n").getBytes(StandardCharsets.UTF_8));
    }
    try {
      VerifierKey key = new VerifierKey(origin, signer.publicKey());
      if (!files.exists(LogTail.VKEY)) {
        files.replace(LogTail.VKEY, (key + "\n").getBytes(StandardCharsets.UTF_8));
      } else if (!VerifierKey.parse(new String(files.readAll(LogTail.VKEY), StandardCharsets.UTF_8))
          .equals(key)) {
        throw new UnusableLedger(
            "the ledger was signed with another key than the broker has now: put the old key back,"
                + " or begin a new log with `mintmark ledger reorigin`");
      }
      return key;
    } catch (MalformedNote malformed) {
      throw new UnusableLedger(
          "the ledger's origin or verifier key is malformed: " + malformed.getMessage());
    }
  }

  private boolean linesEmpty() throws IOException {
    for (String name : files.names()) {
      if (SegmentName.isHashes(name)
          || SegmentName.isPacked(name)
          || (SegmentName.isLines(name) && files.size(name) > 0)) {
        return false;
      }
    }
    return true;
  }

  private LogTail create(VerifierKey key) throws IOException {
    if (!linesEmpty()) {
      throw new UnusableLedger(
          "the ledger has records but no checkpoint that its key signed; see `mintmark ledger"
              + " verify`");
    }
    SegmentName first = new SegmentName(0);
    Segment segment = new Segment(first, files.append(first.lines()), now);
    try {
      AppendFile checkpoints = cut(0);
      return new LogTail(files, key, signer, settings, new RightEdge(), segment, checkpoints, 0);
    } catch (IOException | RuntimeException failed) {
      segment.close();
      throw failed;
    }
  }

  private LogTail reopen(VerifierKey key, CheckpointTail newest) throws IOException {
    Segments segments = Segments.list(files);
    List<Segments.Part> parts = segments.parts();
    long size = newest.checkpoint().size();
    if (parts.isEmpty() || parts.getLast().name().first() > size) {
      throw new UnusableLedger(
          parts.isEmpty()
              ? "the ledger has a checkpoint of " + size + " records but no records"
              : "the ledger's newest checkpoint is of "
                  + size
                  + " records and older than its newest segment");
    }
    Retention.check(files, segments.firstKept());
    SegmentName last = parts.getLast().name();
    if (!files.exists(last.lines())) {
      throw new UnusableLedger(
          "the ledger's newest segment is missing; only a closed one is packed");
    }
    Tail read = readLast(segments, last, newest);
    Segment segment = read.segment();
    try {
      segment.file().truncate(segment.bytes());
      segment.file().force();
      AppendFile checkpoints = checkpoints(newest);
      LogTail tail =
          new LogTail(
              files, key, signer, settings, read.edge(), segment, checkpoints, checkpoints.size());
      tail.adopt(newest.note(), size);
      return tail;
    } catch (IOException | RuntimeException failed) {
      segment.close();
      throw failed;
    }
  }

  private record Tail(RightEdge edge, Segment segment) {}

  private Tail readLast(Segments segments, SegmentName last, CheckpointTail newest)
      throws IOException {
    RightEdge edge = kept(last);
    if (edge != null) {
      try {
        return new Tail(edge, read(last, edge, newest));
      } catch (UnusableLedger altered) {
        // the records or the edge: only the hashes of all records before them can tell
      }
    }
    RightEdge anew = segments.edge(files, last.first());
    return new Tail(anew, read(last, anew, newest));
  }

  /** The edge that was kept before a segment; null where there is none that fits. */
  private @Nullable RightEdge kept(SegmentName last) throws IOException {
    if (files.exists(last.edge())) {
      try {
        return RightEdge.parse(last.first(), files.readAll(last.edge()));
      } catch (MalformedNote malformed) {
        // as if it were missing
      }
    }
    return last.first() == 0 ? new RightEdge() : null;
  }

  /** Reads the last segment, adds its leaves to the edge and sets a torn rest aside. */
  private Segment read(SegmentName name, RightEdge edge, CheckpointTail newest) throws IOException {
    TreeHash hash = new TreeHash();
    long size = newest.checkpoint().size();
    byte[] signedRoot = newest.checkpoint().root();
    Segment segment = new Segment(name, files.append(name.lines()), firstTime(name));
    try (Lines lines = new Lines(files.read(name.lines(), 0), RecordLine.LONGEST)) {
      check(edge, size, signedRoot, hash);
      while (lines.next()
          && (edge.size() < size
              || RecordParser.isRecord(
                  lines.buffer(), lines.offset(), lines.length(), edge.size()))) {
        byte[] leaf = hash.leaf(lines.buffer(), lines.offset(), lines.length());
        edge.add(hash, leaf);
        segment.hold(List.of(leaf), lines.length() + 1L);
        check(edge, size, signedRoot, hash);
      }
      if (edge.size() < size) {
        throw new UnusableLedger(
            "acknowledged records of the ledger are missing: seq "
                + edge.size()
                + " to "
                + (size - 1));
      }
      setAside(name, segment.bytes(), edge.size());
      return segment;
    } catch (IOException | RuntimeException failed) {
      segment.close();
      throw failed;
    }
  }

  private static void check(RightEdge edge, long size, byte[] signedRoot, TreeHash hash)
      throws UnusableLedger {
    if (edge.size() == size && !Arrays.equals(edge.root(hash), signedRoot)) {
      throw new UnusableLedger(
          "records of the ledger were altered: its "
              + size
              + " records do not fit the newest checkpoint; see `mintmark ledger verify`");
    }
  }

  private void setAside(SegmentName name, long whole, long seq) throws IOException {
    long rest = files.size(name.lines()) - whole;
    if (rest > 0) {
      try (InputStream in = files.read(name.lines(), whole)) {
        int number = 0;
        while (files.exists("torn-" + seq + "-" + number)) {
          number++;
        }
        files.replace("torn-" + seq + "-" + number, in.readAllBytes());
      }
    }
  }

  private Instant firstTime(SegmentName name) throws IOException {
    Instant time = recordTime(files, name);
    return time == null ? now : time;
  }

  /** The time of the first record of a segment; null where there is none. */
  static @Nullable Instant recordTime(LogFiles files, SegmentName segment) throws IOException {
    try (Lines first = SegmentLines.all(files, segment)) {
      return first.next()
          ? RecordParser.parse(first.buffer(), first.offset(), first.length()).record().time()
          : null;
    } catch (IOException malformed) {
      return null;
    }
  }

  private AppendFile checkpoints(CheckpointTail newest) throws IOException {
    AppendFile checkpoints = cut(newest.end());
    try {
      if (newest.lost()) {
        checkpoints.write(newest.note(), 0, newest.note().length);
      }
      checkpoints.force();
      return checkpoints;
    } catch (IOException failed) {
      checkpoints.close();
      throw failed;
    }
  }

  private AppendFile cut(long end) throws IOException {
    AppendFile checkpoints = files.append(LogTail.CHECKPOINTS);
    try {
      checkpoints.truncate(end);
      return checkpoints;
    } catch (IOException failed) {
      checkpoints.close();
      throw failed;
    }
  }
}
