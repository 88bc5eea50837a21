package io.mintmark.ledger;

import io.mintmark.ledger.pack.MalformedBlock;
import io.mintmark.ledger.pack.SerialIndex;
import io.mintmark.ledger.tree.TreeHash;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The leaf hashes of one closed segment, worked out from its lines and compared with those that
 * were kept of it; read from those where retention dropped the lines. Several may be worked out at
 * once, each on a thread of its own.
 *
 * @param leaves one after another, up to the first that does not hold
 * @param byHash whether only hashes were left
 * @param retained the first {@code seq} that must have its line, as its records say; 0 where none
 *     does
 * @param ids where the records of an id stand
 * @param problem why there are no more leaves than these; null where all hold
 * @param aside a file beside the lines that does not fit them; null where all do
 */
record ClosedSegment(
    byte[] leaves,
    int records,
    boolean byHash,
    long retained,
    SerialIndex ids,
    @Nullable UnusableLedger problem,
    @Nullable String aside) {
  /** Far more than a segment has; its leaves are held in memory. */
  private static final int MOST_RECORDS = 1 << 25;

  static ClosedSegment read(LogFiles files, Segments.Part part) throws IOException {
    return read(files, part, false);
  }

  /** Compares the files beside the lines too: a second form of them, and the index. */
  static ClosedSegment verify(LogFiles files, Segments.Part part) throws IOException {
    return read(files, part, true);
  }

  private static ClosedSegment read(LogFiles files, Segments.Part part, boolean beside)
      throws IOException {
    try {
      return new Reading(files, part, beside).lines();
    } catch (NoSuchFileException pruned) {
      return new Reading(files, part, beside).hashes();
    }
  }

  private static final class Reading {
    private final LogFiles files;
    private final SegmentName name;
    private final long end;
    private final boolean hashed;
    private final boolean beside;
    private final TreeHash hash = new TreeHash();
    private byte[] leaves = new byte[1 << 14];
    private int records;
    private long retained;
    private @Nullable String aside;

    Reading(LogFiles files, Segments.Part part, boolean beside) {
      this.beside = beside;
      this.files = files;
      this.name = part.name();
      this.end = part.end();
      this.hashed = part.hashes();
    }

    private long next() {
      return name.first() + records;
    }

    ClosedSegment lines() throws IOException {
      UnusableLedger problem = null;
      SerialIndex ids = new SerialIndex();
      try (Lines lines = SegmentLines.all(files, name);
          InputStream kept = kept()) {
        try {
          while (next() < end) {
            take(lines, kept);
            long place = next() - 1 - name.first();
            LineCheck.id(lines, (buffer, at, length) -> ids.add(place, buffer, at, length));
          }
          if (following(lines) || lines.length() > 0) {
            throw new UnusableLedger(
                "the segment before seq " + end + " has more lines than it had records");
          }
          if (beside) {
            compareCopy();
          }
        } catch (UnusableLedger found) {
          problem = found;
        }
      }
      if (beside && problem == null) {
        compare(name.index(), ids);
      }
      return new ClosedSegment(leaves, records, false, retained, ids, problem, aside);
    }

    ClosedSegment hashes() throws IOException {
      UnusableLedger problem = null;
      if (hashed) {
        try (InputStream kept = kept()) {
          while (next() < end && room() && readInto(kept, leaves, records * TreeHash.LENGTH)) {
            records++;
          }
        }
      }
      if (next() < end) {
        problem = missing();
      }
      return new ClosedSegment(leaves, records, true, 0, new SerialIndex(), problem, null);
    }

    private InputStream kept() throws IOException {
      return hashed
          ? new BufferedInputStream(files.read(name.hashes(), 0))
          : InputStream.nullInputStream();
    }

    private boolean room() throws UnusableLedger {
      if (records == MOST_RECORDS) {
        throw new UnusableLedger("the segment of seq " + name.first() + " has too many records");
      }
      if (leaves.length == records * TreeHash.LENGTH) {
        leaves = Arrays.copyOf(leaves, leaves.length * 2);
      }
      return true;
    }

    private void take(Lines lines, InputStream kept) throws IOException {
      if (!following(lines)) {
        throw missing();
      }
      long seq = next();
      int time = LineCheck.numbered(lines, seq);
      retained = Math.max(retained, LineCheck.retained(lines, time));
      room();
      int at = records * TreeHash.LENGTH;
      hash.leaf(lines.buffer(), lines.offset(), lines.length(), leaves, at);
      byte[] was = new byte[TreeHash.LENGTH];
      if (hashed
          && readInto(kept, was, 0)
          && !Arrays.equals(leaves, at, at + TreeHash.LENGTH, was, 0, TreeHash.LENGTH)) {
        throw new UnusableLedger(
            "record "
                + seq
                + " does not fit the hash that was kept of it: one of them was altered");
      }
      records++;
    }

    private boolean following(Lines lines) throws IOException {
      try {
        return lines.next();
      } catch (MalformedBlock damaged) {
        throw new UnusableLedger(
            "records from seq " + next() + " on cannot be read: " + damaged.getMessage());
      }
    }

    private UnusableLedger missing() {
      return new UnusableLedger("records are missing: seq " + next() + " to " + (end - 1));
    }

    private static boolean readInto(InputStream in, byte[] out, int at) throws IOException {
      return in.readNBytes(out, at, TreeHash.LENGTH) == TreeHash.LENGTH;
    }

    /** A crash can leave both forms of a segment: then the packed one must say the same. */
    private void compareCopy() throws IOException {
      if (!files.exists(name.packed()) || !files.exists(name.lines())) {
        return;
      }
      try (Lines copy = PackedSegment.lines(files, name.packed())) {
        String differs = PackedSegment.difference(copy, leaves, records, name.first());
        if (differs != null) {
          throw new UnusableLedger(
              "\"" + name.packed() + "\" is no copy of \"" + name.lines() + "\": " + differs);
        }
      } catch (NoSuchFileException since) {
        // it was a moment between two forms
      }
    }

    private void compare(String index, SerialIndex ids) throws IOException {
      if (files.exists(index)) {
        try (InputStream in = files.read(index, 0)) {
          byte[] expected = ids.bytes();
          if (!Arrays.equals(in.readNBytes(expected.length + 1), expected)) {
            aside = index;
          }
        } catch (NoSuchFileException pruned) {
          // retention took it with the lines
        }
      }
    }
  }
}
