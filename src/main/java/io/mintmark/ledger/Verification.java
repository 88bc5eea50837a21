package io.mintmark.ledger;

import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.RightEdge;
import io.mintmark.ledger.tree.SignatureCheck;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Works the whole tree out again from the lines and compares it with every checkpoint. One pass on
 * all cores, little memory; the broker may run meanwhile.
 */
public final class Verification {
  private static final int NOTES_AT_ONCE = 512;
  private static final int AHEAD = 4;
  private static final long PROGRESS = 1 << 14;

  private final LogFiles files;
  private final @Nullable VerifierKey given;
  private final byte @Nullable [] outside;
  private final LongConsumer progress;
  private final SignatureCheck signatures;
  private final TreeHash hash = new TreeHash();
  private final QuickFilesCheck quick;
  private final RightEdge edge;
  private final List<String> notes = new ArrayList<>();
  private long checkpoints;
  private long covered;
  private long uncovered;
  private long byHash;
  private String root = "";
  private String origin = "";

  private Verification(
      LogFiles files,
      @Nullable VerifierKey given,
      byte @Nullable [] outside,
      LongConsumer progress,
      SignatureCheck signatures) {
    this.files = files;
    this.signatures = signatures;
    this.given = given;
    this.outside = outside;
    this.progress = progress;
    this.quick = new QuickFilesCheck(files);
    this.edge = new RightEdge(quick);
  }

  /**
   * Verifies the ledger of a data folder.
   *
   * @param key the log's verifier key as kept elsewhere; null takes the folder's own, which whoever
   *     can write the folder can replace
   * @param checkpoint a signed checkpoint as kept elsewhere; null means that a whole folder rolled
   *     back to an older copy cannot be seen
   * @param progress told now and then how many records were read
   * @throws IOException if the folder cannot be read; what does not hold is in the verdict
   */
  public static Verdict verify(
      Path dataFolder,
      @Nullable VerifierKey key,
      byte @Nullable [] checkpoint,
      LongConsumer progress)
      throws IOException {
    return verify(dataFolder, key, checkpoint, progress, SignatureCheck.PORTABLE);
  }

  /**
   * The same with another implementation of Ed25519.
   *
   * @throws IOException if the folder cannot be read; what does not hold is in the verdict
   */
  public static Verdict verify(
      Path dataFolder,
      @Nullable VerifierKey key,
      byte @Nullable [] checkpoint,
      LongConsumer progress,
      SignatureCheck signatures)
      throws IOException {
    LogFiles files = FolderFiles.in(LedgerFolder.of(dataFolder));
    return new Verification(files, key, checkpoint, progress, signatures).verdict();
  }

  static Verdict verify(
      LogFiles files,
      @Nullable VerifierKey key,
      byte @Nullable [] checkpoint,
      LongConsumer progress)
      throws IOException {
    return new Verification(files, key, checkpoint, progress, SignatureCheck.PORTABLE).verdict();
  }

  private Verdict verdict() throws IOException {
    String problem = null;
    int cores = Runtime.getRuntime().availableProcessors();
    ThreadFactory named = Thread.ofPlatform().daemon().name("mintmark-ledger-verify-", 0).factory();
    try (ExecutorService threads = Executors.newFixedThreadPool(cores, named);
        LeafCursor leaves = new LeafCursor(files, threads, cores + 1);
        quick) {
      try {
        check(leaves, threads);
        checkAside(leaves);
      } catch (UnusableLedger | MalformedNote found) {
        problem = found.getMessage();
      }
      byHash = leaves.byHash();
    }
    return new Verdict(
        problem,
        origin,
        covered,
        byHash,
        uncovered,
        checkpoints,
        root,
        given != null,
        outside != null,
        notes);
  }

  private void check(LeafCursor leaves, ExecutorService threads) throws IOException, MalformedNote {
    VerifierKey key = key();
    quick.begin(Segments.list(files));
    List<Checkpoint> landmarks = new ArrayList<>();
    if (!files.exists(LogTail.CHECKPOINT) || !files.exists(LogTail.CHECKPOINTS)) {
      throw new UnusableLedger("the ledger's checkpoints are missing");
    }
    Checkpoint published = Checkpoint.open(files.readAll(LogTail.CHECKPOINT), key);
    landmarks.add(published);
    Checkpoint elsewhere = null;
    if (outside != null) {
      elsewhere = Checkpoint.open(outside, key);
      landmarks.add(elsewhere);
    }
    landmarks.sort((a, b) -> Long.compare(a.size(), b.size()));
    try (CheckpointFile file = CheckpointFile.read(files)) {
      Deque<Future<List<Opened>>> ahead = new ArrayDeque<>();
      for (begin(ahead, file, key, threads); !ahead.isEmpty(); begin(ahead, file, key, threads)) {
        for (Opened opened : Results.of(ahead.removeFirst())) {
          Checkpoint checkpoint = opened.orThrow();
          while (!landmarks.isEmpty() && landmarks.getFirst().size() <= checkpoint.size()) {
            fit(leaves, landmarks.removeFirst());
          }
          cover(leaves, checkpoint);
        }
      }
    }
    if (elsewhere != null && elsewhere.size() > covered) {
      throw new UnusableLedger(
          "the ledger was rolled back: it has "
              + covered
              + " records, the checkpoint kept elsewhere has "
              + elsewhere.size());
    }
    if (published.size() > covered) {
      throw new UnusableLedger(
          "checkpoints are missing: the newest of the file \"checkpoints\" has "
              + covered
              + " records, the file \"checkpoint\" "
              + published.size());
    }
    if (leaves.byHash() > leaves.retained()) {
      coverDropped(leaves, key);
    }
    leaves.checkEnd();
    long retained = leaves.retained(); // what no checkpoint covers may be anybody's line
    countUncovered(leaves);
    if (leaves.byHash() > retained) {
      throw new UnusableLedger(
          "the lines of records before seq "
              + leaves.byHash()
              + " are missing, but retention dropped only those before seq "
              + retained);
    }
  }

  /** Retention may have dropped lines since the checkpoints were read: a newer one covers it. */
  private void coverDropped(LeafCursor leaves, VerifierKey key) throws IOException, MalformedNote {
    Checkpoint newer = Checkpoint.open(files.readAll(LogTail.CHECKPOINT), key);
    if (newer.size() > covered) {
      cover(leaves, newer);
    }
  }

  private void cover(LeafCursor leaves, Checkpoint checkpoint) throws IOException {
    fit(leaves, checkpoint);
    checkpoints++;
    covered = checkpoint.size();
    root = checkpoint.rootText();
  }

  private VerifierKey key() throws IOException, MalformedNote {
    String named = new String(files.readAll(LogTail.ORIGIN), StandardCharsets.UTF_8).strip();
    if (!files.exists(LogTail.VKEY)) {
      throw new UnusableLedger("the ledger's file \"vkey\" is missing");
    }
    VerifierKey own =
        VerifierKey.parse(new String(files.readAll(LogTail.VKEY), StandardCharsets.UTF_8));
    if (!own.name().equals(named)) {
      throw new UnusableLedger("the ledger's origin and its verifier key do not fit each other");
    }
    origin = named; // it is shown on terminals, and before it is a key's name it may be anything
    if (given != null && !given.equals(own)) {
      throw new UnusableLedger(
          "the folder's verifier key is \"" + own + "\", not the one that was given");
    }
    return own.checkedBy(signatures);
  }

  /** Has signatures checked ahead on other threads, a few hundred at a time. */
  private static void begin(
      Deque<Future<List<Opened>>> ahead,
      CheckpointFile file,
      VerifierKey key,
      ExecutorService threads)
      throws IOException {
    while (ahead.size() < AHEAD) {
      List<byte[]> some = some(file);
      if (some.isEmpty()) {
        return;
      }
      ahead.add(threads.submit(() -> some.stream().map(note -> open(note, key)).toList()));
    }
  }

  /** What is only there to be quick is never believed; but where it does not fit, that shows. */
  private void checkAside(LeafCursor leaves) throws IOException {
    String wrong = leaves.aside() == null ? quick.wrong() : leaves.aside();
    if (wrong != null) {
      throw new UnusableLedger(
          "all records hold, but the file \""
              + wrong
              + "\" does not fit them: delete it while the broker is stopped, which makes it anew");
    }
  }

  private static List<byte[]> some(CheckpointFile file) throws IOException {
    List<byte[]> some = new ArrayList<>();
    while (some.size() < NOTES_AT_ONCE) {
      byte[] note = file.next();
      if (note == null) {
        break;
      }
      some.add(note);
    }
    return some;
  }

  /** A checkpoint that holds, or why it does not. */
  private record Opened(@Nullable Checkpoint checkpoint, @Nullable MalformedNote malformed) {
    Checkpoint orThrow() throws MalformedNote {
      if (checkpoint == null) {
        throw malformed == null ? new MalformedNote("no checkpoint") : malformed;
      }
      return checkpoint;
    }
  }

  private static Opened open(byte[] note, VerifierKey key) {
    try {
      return new Opened(Checkpoint.open(note, key), null);
    } catch (MalformedNote malformed) {
      return new Opened(
          null,
          new MalformedNote(
              "in the file \"checkpoints\", of "
                  + CheckpointFile.sizeOf(note)
                  + " records: "
                  + malformed.getMessage()));
    }
  }

  private void fit(LeafCursor leaves, Checkpoint checkpoint) throws IOException {
    long good = covered;
    if (checkpoint.size() < edge.size()) {
      throw new UnusableLedger(
          "the checkpoints are out of order: one of "
              + checkpoint.size()
              + " records follows one of "
              + edge.size());
    }
    while (edge.size() < checkpoint.size()) {
      quick.edge(edge);
      byte[] leaf = leaves.next();
      if (leaf == null) {
        throw new UnusableLedger(
            "records are missing: there are "
                + edge.size()
                + ", a checkpoint has "
                + checkpoint.size());
      }
      edge.add(hash, leaf);
      if (edge.size() % PROGRESS == 0) {
        progress.accept(edge.size());
      }
    }
    if (!Arrays.equals(edge.root(hash), checkpoint.root())) {
      throw new UnusableLedger(
          "the "
              + checkpoint.size()
              + " records do not fit the checkpoint of them: changed, removed, reordered or forked"
              + (good < checkpoint.size()
                  ? " between seq " + good + " and " + (checkpoint.size() - 1)
                  : ""));
    }
  }

  private void countUncovered(LeafCursor leaves) throws IOException {
    try {
      while (leaves.next() != null) {
        uncovered++;
      }
    } catch (UnusableLedger torn) {
      notes.add("after the newest checkpoint: " + torn.getMessage());
    }
    if (uncovered > 0) {
      notes.add(uncovered + " records after the newest checkpoint are not yet signed for");
    }
  }
}
