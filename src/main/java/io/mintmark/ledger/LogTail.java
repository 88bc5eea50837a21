package io.mintmark.ledger;

import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.time.Instant;

/**
 * The end of the log, where it grows. Belongs to one thread.
 *
 * <p>Order is what makes it safe: lines are forced before a checkpoint of them is signed, so no
 * checkpoint ever speaks of lines that a loss of power can take. After any failure nothing is
 * written until {@link #repair} has cut the files back to what is known to be durable; a failed
 * force is never tried again on the same file, for the system may have dropped the pages and would
 * report success.
 */
final class LogTail implements AutoCloseable {
  static final String ORIGIN = "origin";
  static final String VKEY = "vkey";
  static final String CHECKPOINT = "checkpoint";
  static final String CHECKPOINTS = "checkpoints";
  private static final String PROBE = "probe";
  private static final int PROBE_BYTES = 1 << 16;

  private final LogFiles files;
  private final VerifierKey key;
  private final CheckpointSigner signer;
  private final JournalSettings settings;
  private final TreeHash hash = new TreeHash();
  private final RightEdge edge;
  private Segment segment;
  private AppendFile checkpoints;
  private long checkpointBytes;
  private long forcedCheckpointBytes;
  private byte[] newest;
  private long signedSize;
  private long publishedSize = -1;
  private boolean segmentTorn;
  private boolean segmentLost;
  private boolean checkpointsTorn;

  LogTail(
      LogFiles files,
      VerifierKey key,
      CheckpointSigner signer,
      JournalSettings settings,
      RightEdge edge,
      Segment segment,
      AppendFile checkpoints,
      long checkpointBytes) {
    this.files = files;
    this.key = key;
    this.signer = signer;
    this.settings = settings;
    this.edge = edge;
    this.segment = segment;
    this.checkpoints = checkpoints;
    this.checkpointBytes = checkpointBytes;
    this.forcedCheckpointBytes = checkpointBytes;
    this.newest = new byte[0];
    this.signedSize = -1;
  }

  /** Takes over the newest checkpoint of a log that was read back. */
  void adopt(byte[] note, long size) {
    newest = note;
    signedSize = size;
  }

  /** How many records are durable. */
  long size() {
    return edge.size();
  }

  VerifierKey key() {
    return key;
  }

  SegmentName current() {
    return segment.name();
  }

  Batch batch() {
    return new Batch(hash, edge.size());
  }

  /** Whether {@link #repair} has to come before the next {@link #commit}. */
  boolean broken() {
    return segmentTorn || segmentLost || checkpointsTorn || signedSize != edge.size();
  }

  /** Makes the batch durable and signs a checkpoint; afterwards its records may be acknowledged. */
  void commit(Batch batch, Instant now) throws IOException {
    if (broken()) {
      throw new IOException("the ledger has to be repaired first");
    }
    if (segment.records() > 0
        && (segment.bytes() >= settings.segmentBytes()
            || segment.since().plus(settings.segmentAge()).isBefore(now))) {
      roll(now);
    }
    segmentTorn = true;
    segment.file().write(batch.bytes(), 0, batch.length());
    segmentLost = true;
    segment.file().force();
    segmentTorn = false;
    segmentLost = false;
    for (byte[] leaf : batch.leaves()) {
      edge.add(hash, leaf);
    }
    segment.hold(batch.leaves(), batch.length());
    sign();
  }

  /** Appends a checkpoint of what is durable. */
  void sign() throws IOException {
    Checkpoint checkpoint = new Checkpoint(key.name(), edge.size(), edge.root(hash));
    byte[] note = checkpoint.note(key, signer::sign);
    checkpointsTorn = true;
    checkpoints.write(note, 0, note.length);
    checkpointsTorn = false;
    checkpointBytes += note.length;
    newest = note;
    signedSize = checkpoint.size();
  }

  /** Whether there is a checkpoint that the file {@code checkpoint} does not hold yet. */
  boolean unpublished() {
    return signedSize != publishedSize;
  }

  /** Makes the checkpoints durable and puts the newest into the file {@code checkpoint}. */
  void publish() throws IOException {
    checkpointsTorn = true;
    checkpoints.force();
    forcedCheckpointBytes = checkpointBytes;
    checkpointsTorn = false;
    files.replace(CHECKPOINT, newest);
    publishedSize = signedSize;
  }

  private void roll(Instant now) throws IOException {
    publish();
    files.replace(segment.name().hashes(), segment.hashes());
    open(now);
  }

  private void open(Instant now) throws IOException {
    SegmentName next = new SegmentName(edge.size());
    files.replace(next.edge(), edge.text());
    AppendFile file = files.append(next.lines());
    Segment full = segment;
    segment = new Segment(next, file, now);
    full.close();
  }

  /**
   * Cuts the files back to what is known to be durable and makes sure that the disk takes bytes.
   * After a failed force the log goes on in another segment.
   */
  void repair(Instant now) throws IOException {
    if (checkpointsTorn) {
      checkpoints.close();
      checkpoints = files.append(CHECKPOINTS);
      checkpoints.truncate(forcedCheckpointBytes);
      checkpoints.force();
      checkpointBytes = forcedCheckpointBytes;
      signedSize = -1;
      checkpointsTorn = false;
    }
    files.replace(PROBE, new byte[PROBE_BYTES]);
    files.delete(PROBE);
    if (signedSize != edge.size()) {
      sign();
    }
    if (segmentTorn || segmentLost) {
      repairSegment(now);
    }
  }

  /** A segment never begins behind the newest durable checkpoint: no log opens there. */
  private void repairSegment(Instant now) throws IOException {
    segment.close();
    SegmentName name = segment.name();
    if (segmentLost && segment.records() == 0) {
      files.delete(name.lines());
      segment = new Segment(name, files.append(name.lines()), now);
    } else {
      AppendFile file = files.append(name.lines());
      segment = segment.reopened(file);
      file.truncate(segment.bytes());
      file.force();
      if (segmentLost) {
        publish();
        files.replace(name.hashes(), segment.hashes());
        open(now);
      }
    }
    segmentTorn = false;
    segmentLost = false;
  }

  LogFiles files() {
    return files;
  }

  /** Drops the checkpoints of sizes below {@code size}, whose records have lost their lines. */
  void forget(long size) throws IOException {
    publish();
    checkpointsTorn = true;
    CheckpointFile.keepFrom(files, size);
    checkpoints.close();
    checkpointBytes = files.size(CHECKPOINTS);
    forcedCheckpointBytes = checkpointBytes;
    checkpoints = files.append(CHECKPOINTS);
    checkpointsTorn = false;
  }

  @Override
  public void close() throws IOException {
    try {
      if (!broken() && unpublished()) {
        publish();
      }
    } finally {
      segment.close();
      checkpoints.close();
    }
  }
}
