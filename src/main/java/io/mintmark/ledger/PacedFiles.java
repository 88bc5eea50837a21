package io.mintmark.ledger;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The same files for background work: after each piece that is read, the reader rests some times as
 * long as it took to make use of the piece before, so that it never holds a core for long. Belongs
 * to one thread.
 */
class PacedFiles implements LogFiles {
  private static final int PIECE = 1 << 16;
  private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(100);

  private final LogFiles files;
  private final int rest;
  private final BooleanSupplier stopping;
  private long since = System.nanoTime();
  private int read;

  /**
   * @param rest it rests this many times as long as it worked
   * @param stopping where true, reading fails
   */
  PacedFiles(LogFiles files, int rest, BooleanSupplier stopping) {
    this.files = files;
    this.rest = rest;
    this.stopping = stopping;
  }

  private void pause(int more) throws IOException {
    if (stopping.getAsBoolean()) {
      throw new IOException("the broker stops");
    }
    read += Math.max(more, 0);
    if (read >= PIECE) {
      long until = System.nanoTime() + Math.min((System.nanoTime() - since) * rest, LONGEST_REST);
      for (long left = until - System.nanoTime();
          left > 0 && !stopping.getAsBoolean();
          left = until - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
      }
      read = 0;
      since = System.nanoTime();
    }
  }

  @Override
  public InputStream read(String name, long offset) throws IOException {
    return new FilterInputStream(files.read(name, offset)) {
      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int some = super.read(into, from, Math.min(length, PIECE));
        pause(some);
        return some;
      }
    };
  }

  @Override
  public List<String> names() throws IOException {
    return files.names();
  }

  @Override
  public boolean exists(String name) throws IOException {
    return files.exists(name);
  }

  @Override
  public long size(String name) throws IOException {
    return files.size(name);
  }

  @Override
  public AppendFile append(String name) throws IOException {
    return files.append(name);
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    files.replace(name, content);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    files.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    files.delete(name);
  }
}
