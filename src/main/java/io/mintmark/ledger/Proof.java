package io.mintmark.ledger;

import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.InclusionProof;
import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * That one record is in the log.
 *
 * @param text a C2SP {@code tlog-proof@v1}
 * @param line the record's line without its newline, empty where retention dropped it
 */
public record Proof(String text, String line) {
  /**
   * Proves a record of a data folder's ledger against a checkpoint: for a record of a closed
   * segment that of the last closed segment's end, so that little has to be read; else the newest.
   *
   * @throws UnusableLedger where there is no such record, or the ledger does not verify
   */
  public static Proof of(Path dataFolder, long seq) throws IOException {
    return of(FolderFiles.in(LedgerFolder.of(dataFolder)), seq);
  }

  static Proof of(LogFiles files, long seq) throws IOException {
    return new Proving(files, seq).proof();
  }

  private static final class Proving {
    private final LogFiles files;
    private final long seq;
    private final Segments segments;
    private final TreeHash hash = new TreeHash();

    Proving(LogFiles files, long seq) throws IOException {
      this.files = files;
      this.seq = seq;
      this.segments = Segments.list(files);
    }

    Proof proof() throws IOException {
      Signed signed = signed();
      long size = signed.checkpoint().size();
      byte[] leaf = new byte[TreeHash.LENGTH];
      segments.leaves(
          files, seq, seq + 1, one -> System.arraycopy(one, 0, leaf, 0, TreeHash.LENGTH));
      InclusionProof proof = path(size, new Subtrees(files, size)::root);
      if (!fits(proof, leaf, signed.checkpoint())) {
        // a file of subtrees may be damaged: the hashes of all records decide
        proof = path(size, this::rootOfAll);
      }
      if (!fits(proof, leaf, signed.checkpoint())) {
        throw new UnusableLedger(
            "the ledger does not fit its newest checkpoint; see `mintmark ledger verify`");
      }
      return new Proof(proof.text(signed.note()), line(size, leaf));
    }

    /** The record's line, where it has its hash; empty where retention dropped it. */
    private String line(long size, byte[] leaf) throws IOException {
      if (seq < segments.firstKept()) {
        return "";
      }
      List<String> line = LedgerReader.of(files, () -> size, seq).readLines(1);
      if (line.isEmpty()
          || !Arrays.equals(hash.leaf(line.getFirst().getBytes(StandardCharsets.UTF_8)), leaf)) {
        throw new UnusableLedger(
            "record "
                + seq
                + " is not what the ledger was signed for; see `mintmark ledger verify`");
      }
      return line.getFirst();
    }

    private interface Roots {
      byte[] of(Segments segments, long from, long to) throws IOException;
    }

    private byte[] rootOfAll(Segments all, long from, long to) throws IOException {
      RightEdge edge = new RightEdge();
      all.leaves(files, from, to, leaf -> edge.add(hash, leaf));
      return edge.root(hash);
    }

    private InclusionProof path(long size, Roots roots) throws IOException {
      List<byte[]> path = new ArrayList<>();
      for (InclusionProof.Range range : InclusionProof.siblings(seq, size)) {
        path.add(roots.of(segments, range.start(), range.end()));
      }
      return new InclusionProof(seq, path);
    }

    private boolean fits(InclusionProof proof, byte[] leaf, Checkpoint checkpoint) {
      try {
        return Arrays.equals(proof.root(hash, leaf, checkpoint.size()), checkpoint.root());
      } catch (MalformedNote impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private Signed signed() throws IOException {
      VerifierKey key = key();
      long closed = segments.parts().isEmpty() ? 0 : segments.parts().getLast().name().first();
      byte[] ofClosed = seq >= 0 && seq < closed ? CheckpointFile.ofSize(files, closed) : null;
      if (ofClosed != null) {
        return open(ofClosed, key);
      }
      if (files.exists(LogTail.CHECKPOINT)) {
        Signed published = open(files.readAll(LogTail.CHECKPOINT), key);
        if (seq >= 0 && seq < published.checkpoint().size()) {
          return published;
        }
      }
      CheckpointTail newest = CheckpointTail.read(files, key);
      if (newest == null) {
        throw new UnusableLedger("the ledger has no checkpoint that its key signed");
      }
      if (seq < 0 || seq >= newest.checkpoint().size()) {
        throw new UnusableLedger(
            "there is no record "
                + seq
                + ": the newest checkpoint has "
                + newest.checkpoint().size()
                + " records");
      }
      return new Signed(newest.checkpoint(), newest.note());
    }

    private VerifierKey key() throws IOException {
      try {
        return VerifierKey.parse(new String(files.readAll(LogTail.VKEY), StandardCharsets.UTF_8));
      } catch (MalformedNote malformed) {
        throw new UnusableLedger(
            "the ledger's verifier key is malformed: " + malformed.getMessage());
      }
    }

    private static Signed open(byte[] note, VerifierKey key) throws UnusableLedger {
      try {
        return new Signed(Checkpoint.open(note, key), note);
      } catch (MalformedNote malformed) {
        throw new UnusableLedger(
            "a checkpoint of the ledger does not hold: " + malformed.getMessage());
      }
    }
  }

  private record Signed(Checkpoint checkpoint, byte[] note) {}
}
