package io.mintmark.storage.jdbc;

import io.mintmark.ledger.Journal;
import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows the ledger and fills the store in the background. Nothing waits for it: a store that is
 * slow or gone only lets the lag grow, and what it misses it reads again from the ledger.
 */
public final class Projection implements AutoCloseable {
  /** Records a transaction; with the longest records, 15 MB of memory. */
  private static final int BATCH = 256;

  private static final System.Logger LOG = System.getLogger(Projection.class.getName());

  private static final int MAX_CAUSES = 16;

  private final StoreAddress address;
  private final Path data;
  private final Journal journal;
  private final ProjectionListener listener;
  private final Pace pace;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private volatile long next;
  private volatile @Nullable String problem;

  /**
   * @param data the data folder whose ledger the journal writes
   */
  public Projection(StoreAddress address, Path data, Journal journal, ProjectionListener listener) {
    this(address, data, journal, listener, Pace.gentle());
  }

  Projection(
      StoreAddress address, Path data, Journal journal, ProjectionListener listener, Pace pace) {
    this.address = address;
    this.data = data;
    this.journal = journal;
    this.listener = listener;
    this.pace = pace;
    this.thread = new Thread(this::follow, "mintmark-projection");
    thread.setDaemon(true);
  }

  /** Begins to follow, unless the store is off. Never fails and never waits for the store. */
  public void start() {
    switch (address) {
      case StoreAddress.Off _ -> {}
      case StoreAddress.Embedded _, StoreAddress.PostgreSql _ -> thread.start();
    }
  }

  /** How many durable records the store does not have yet; 0 where it is off. */
  public long lag() {
    return switch (address) {
      case StoreAddress.Off _ -> 0;
      case StoreAddress.Embedded _, StoreAddress.PostgreSql _ -> Math.max(0, journal.size() - next);
    };
  }

  /** Why the last attempt to fill the store failed, in one line; null where it did not. */
  public @Nullable String problem() {
    return problem;
  }

  /** Ends after the transaction that runs, or after five seconds. */
  @Override
  public void close() {
    // An interrupt would close the file under H2, so the thread is asked and not interrupted.
    stop.countDown();
    if (thread.isAlive()) {
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void follow() {
    int failures = 0;
    while (!stopsWithin(pace.beforeAttempt(failures))) {
      try (LedgerTables tables = open()) {
        LedgerReader reader = readerFor(tables);
        Duration wait = Duration.ZERO;
        while (!stopsWithin(wait)) {
          wait = step(tables, reader);
          failures = 0;
          succeeded();
        }
        return;
      } catch (SQLException | IOException | RuntimeException | Error e) {
        failures++;
        failed(e);
      }
    }
  }

  private LedgerTables open() throws SQLException, IOException {
    Connection connection =
        switch (address) {
          case StoreAddress.Embedded embedded -> Store.open(embedded);
          case StoreAddress.PostgreSql server -> Store.open(server);
          case StoreAddress.Off _ -> throw new IllegalStateException("the store is off");
        };
    return LedgerTables.of(connection, journal.origin());
  }

  private LedgerReader readerFor(LedgerTables tables) throws IOException {
    next = tables.next();
    long size = journal.size();
    if (next > size) {
      throw new IllegalStateException(
          "the store has "
              + next
              + " records of this log and the ledger only "
              + size
              + ": if the data folder was restored from an older copy, stop the broker and run"
              + " `mintmark ledger reorigin`");
    }
    return LedgerReader.of(data, journal, next);
  }

  /** Moves one batch and says how long to wait before the next. */
  private Duration step(LedgerTables tables, LedgerReader reader) throws SQLException, IOException {
    long began = System.nanoTime();
    long size = journal.size();
    List<LedgerEntry> entries = reader.read(BATCH);
    if (!entries.isEmpty()) {
      tables.add(entries, reader.position());
      next = tables.next();
      listener.projected(entries.size());
    }
    return pace.afterBatch(
        entries.size() == BATCH,
        journal.size() > size,
        Duration.ofNanos(System.nanoTime() - began));
  }

  private void succeeded() {
    if (problem != null) {
      problem = null;
      LOG.log(Level.INFO, "the store takes records again");
      listener.recovered();
    }
  }

  private void failed(Throwable e) {
    String now = Text.oneLine(cause(e));
    if (!now.equals(problem)) {
      problem = now;
      LOG.log(Level.WARNING, "the store takes no records, which wait in the ledger: " + now);
    }
    listener.failed(now);
  }

  /** What the driver says, without the statement and its values. */
  static String cause(Throwable e) {
    Throwable said =
        e instanceof BatchUpdateException batch && batch.getNextException() != null
            ? batch.getNextException()
            : e;
    return switch (said) {
      case SQLException sql when isNotTrusted(sql) ->
          "the database's certificate ends at no authority that is given for it (sslrootcert)";
      case SQLException sql -> String.valueOf(sql.getMessage()).split("; SQL statement:", 2)[0];
      case IllegalStateException ours -> String.valueOf(ours.getMessage());
      default -> said.toString();
    };
  }

  private static boolean isNotTrusted(SQLException failed) {
    int deep = 0;
    for (Throwable cause = failed; cause != null && deep < MAX_CAUSES; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return true;
      }
      deep++;
    }
    return false;
  }

  /** Waits, unless the projection is asked to stop before or meanwhile. */
  private boolean stopsWithin(Duration wait) {
    try {
      return stop.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
