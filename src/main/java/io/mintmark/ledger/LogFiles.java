package io.mintmark.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Port: the folder that holds the log. Names are plain file names. What {@link AppendFile#force}
 * and the calls that say so have returned from survives a loss of power; nothing else need.
 */
interface LogFiles {
  /** The names of all files, sorted. */
  List<String> names() throws IOException;

  boolean exists(String name) throws IOException;

  /** Bytes; fails where there is no such file. */
  long size(String name) throws IOException;

  /** Reads from a byte on; the end of the file may move while it is read. */
  InputStream read(String name, long offset) throws IOException;

  /** Opens for appending and creates the file, durably, where there is none. */
  AppendFile append(String name) throws IOException;

  /** Replaces the whole content at once, durably: after a crash it is the old or the new one. */
  void replace(String name, byte[] content) throws IOException;

  /** Renames over what is there, durably. */
  void rename(String from, String to) throws IOException;

  /** Deletes, durably; no error where there is no such file. */
  void delete(String name) throws IOException;

  /** The whole of a small file. */
  default byte[] readAll(String name) throws IOException {
    try (InputStream in = read(name, 0)) {
      return in.readAllBytes();
    }
  }
}
