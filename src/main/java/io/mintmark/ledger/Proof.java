package io.mintmark.ledger;

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
import java.util.Comparator;
import java.util.List;

/**
 * That one record is in the log.
 *
 * @param text a C2SP {@code tlog-proof@v1}
 * @param line the record's line without its newline, empty where retention dropped it
 */
public record Proof(String text, String line) {
  /**
   * Proves a record against the newest checkpoint of a data folder's ledger.
   *
   * @throws UnusableLedger where there is no such record, or the ledger does not verify
   */
  public static Proof of(Path dataFolder, long seq) throws IOException {
    return of(FolderFiles.in(LedgerFolder.of(dataFolder)), seq);
  }

  static Proof of(LogFiles files, long seq) throws IOException {
    CheckpointTail newest = newest(files);
    long size = newest.checkpoint().size();
    if (seq < 0 || seq >= size) {
      throw new UnusableLedger(
          "there is no record " + seq + ": the newest checkpoint has " + size + " records");
    }
    Segments segments = Segments.list(files);
    Subtrees subtrees = new Subtrees(seq, size);
    segments.leaves(files, size, subtrees::take);
    InclusionProof proof = new InclusionProof(seq, subtrees.path());
    try {
      if (!Arrays.equals(
          proof.root(new TreeHash(), subtrees.leaf(), size), newest.checkpoint().root())) {
        throw new UnusableLedger(
            "the ledger does not fit its newest checkpoint; see `mintmark ledger verify`");
      }
    } catch (MalformedNote impossible) {
      throw new IllegalStateException(impossible);
    }
    List<String> line =
        seq < segments.firstKept()
            ? List.of()
            : LedgerReader.of(files, () -> size, seq).readLines(1);
    return new Proof(proof.text(newest.note()), line.isEmpty() ? "" : line.getFirst());
  }

  private static CheckpointTail newest(LogFiles files) throws IOException {
    try {
      VerifierKey key =
          VerifierKey.parse(new String(files.readAll(LogTail.VKEY), StandardCharsets.UTF_8));
      CheckpointTail newest = CheckpointTail.read(files, key);
      if (newest != null) {
        return newest;
      }
    } catch (MalformedNote malformed) {
      throw new UnusableLedger("the ledger's verifier key is malformed: " + malformed.getMessage());
    }
    throw new UnusableLedger("the ledger has no checkpoint that its key signed");
  }

  /** Roots of the sibling subtrees, collected in one pass over the leaves. */
  private static final class Subtrees {
    private final List<InclusionProof.Range> lowestFirst;
    private final List<InclusionProof.Range> inOrder;
    private final List<RightEdge> edges = new ArrayList<>();
    private final TreeHash hash = new TreeHash();
    private final long wanted;
    private byte[] leaf = new byte[0];
    private long position;
    private int at;

    Subtrees(long wanted, long size) {
      this.wanted = wanted;
      this.lowestFirst = InclusionProof.siblings(wanted, size);
      this.inOrder =
          lowestFirst.stream()
              .sorted(Comparator.comparingLong(InclusionProof.Range::start))
              .toList();
      inOrder.forEach(range -> edges.add(new RightEdge()));
    }

    void take(byte[] next) {
      if (position == wanted) {
        leaf = next;
      } else {
        while (position >= inOrder.get(at).end()) {
          at++;
        }
        edges.get(at).add(hash, next);
      }
      position++;
    }

    byte[] leaf() {
      return leaf;
    }

    List<byte[]> path() {
      return lowestFirst.stream()
          .map(range -> edges.get(inOrder.indexOf(range)).root(hash))
          .toList();
    }
  }
}
