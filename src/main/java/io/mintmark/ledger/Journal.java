package io.mintmark.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The ledger in a data folder: a Merkle tree log, written by one thread that makes many records
 * durable with one sync. Holds the folder until it is closed.
 */
public final class Journal implements Ledger, AutoCloseable {
  private static final long STOP_SECONDS = 5;

  /** Packing takes a tenth of a core. */
  private static final int PACKING_REST = 9;

  private final Waiting waiting;
  private final JournalWriter writer;
  private final Thread thread;
  private final Watchdog watchdog;
  private final Packing packing;
  private final ExecutorService completions;
  private final AutoCloseable lock;
  private final String origin;

  private Journal(
      LogTail tail,
      JournalSettings settings,
      InstantSource clock,
      LedgerListener listener,
      String origin,
      AutoCloseable lock) {
    this.packing = new Packing(tail.files(), PACKING_REST, listener);
    this.origin = origin;
    this.lock = lock;
    this.waiting = new Waiting(settings.queuedRecords(), settings.queuedBytes());
    this.completions =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("mintmark-ledger-completions").factory());
    JournalState state = new JournalState(waiting, completions, listener, tail.size());
    this.writer = new JournalWriter(tail, waiting, state, settings, clock, listener, packing);
    this.thread = Thread.ofPlatform().daemon().name("mintmark-ledger-writer").unstarted(writer);
    this.watchdog = new Watchdog(state, settings.patience());
  }

  /**
   * Opens the ledger of a data folder, or begins one.
   *
   * @param signer the log's key, the same for the whole life of the data folder
   * @throws UnusableLedger where another process writes it, or acknowledged records are missing or
   *     altered, or the key is another; the message is a sentence for the operator
   */
  public static Journal open(
      Path dataFolder,
      JournalSettings settings,
      CheckpointSigner signer,
      InstantSource clock,
      LedgerListener listener)
      throws IOException {
    Reorigin.finish(dataFolder);
    FolderFiles files = FolderFiles.create(LedgerFolder.under(dataFolder));
    FolderLock lock = FolderLock.take(files.folder());
    try {
      return open(files, settings, signer, clock, listener, lock);
    } catch (IOException | RuntimeException failed) {
      lock.close();
      throw failed;
    }
  }

  static Journal open(
      LogFiles files,
      JournalSettings settings,
      CheckpointSigner signer,
      InstantSource clock,
      LedgerListener listener,
      AutoCloseable lock)
      throws IOException {
    LogTail tail = Recovery.open(files, signer, settings, clock.instant(), new SecureRandom());
    try {
      Reorigin.continueFrom(files, tail, clock.instant());
    } catch (IOException | RuntimeException failed) {
      tail.close();
      throw failed;
    }
    Journal journal =
        new Journal(tail, settings, clock, new CarefulListener(listener), tail.key().name(), lock);
    journal.thread.start();
    journal.watchdog.start();
    journal.packing.start();
    return journal;
  }

  @Override
  public CompletionStage<Long> append(LedgerRecord entry) {
    return append(entry, completions);
  }

  /** Completions of one batch run as one task of the executor; it must not wait. */
  @Override
  public CompletionStage<Long> append(LedgerRecord entry, Executor completesOn) {
    String problem = writer.state().problem();
    if (problem != null) {
      return CompletableFuture.failedFuture(new LedgerUnavailable(problem));
    }
    Waiting.Append append =
        new Waiting.Append(RecordLine.afterSeq(entry), completesOn, System.nanoTime());
    if (!waiting.offer(append)) {
      return CompletableFuture.failedFuture(
          new LedgerUnavailable("more records wait for the ledger than may"));
    }
    writer.wake(thread);
    if (writer.state().problem() != null) {
      writer.state().recheck();
    }
    return append.durable;
  }

  /** Whether records can be kept now, and why not. */
  public LedgerStatus status() {
    return new LedgerStatus(writer.state().problem(), origin, size());
  }

  /** Whether records can never be kept again by this process, so that it must be started anew. */
  public boolean isBroken() {
    return writer.state().isBroken();
  }

  /** The name of this log. */
  public String origin() {
    return origin;
  }

  /** How many records are durable. */
  public long size() {
    return writer.state().records();
  }

  /** Writes what waits, publishes the newest checkpoint and lets the folder go. */
  @Override
  public void close() throws IOException {
    writer.stop(thread);
    boolean interrupted = false;
    try {
      packing.stop();
      thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    watchdog.stop();
    writer.state().closed("the ledger is closed");
    completions.shutdown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new IOException("the ledger's disk does not answer: its writer is left behind");
    }
    try {
      lock.close();
    } catch (IOException failed) {
      throw failed;
    } catch (Exception failed) {
      throw new IOException(failed);
    }
  }
}
