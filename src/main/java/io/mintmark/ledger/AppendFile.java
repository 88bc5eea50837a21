package io.mintmark.ledger;

import java.io.Closeable;
import java.io.IOException;

/** A file that is only ever written at its end. Belongs to one thread. */
interface AppendFile extends Closeable {
  long size() throws IOException;

  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Returns once all that was written, and the length, is on stable storage. */
  void force() throws IOException;

  /** Cuts the file; durable after the next {@link #force}. */
  void truncate(long size) throws IOException;
}
