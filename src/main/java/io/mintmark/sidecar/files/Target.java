package io.mintmark.sidecar.files;

import java.io.IOException;
import java.util.Map;

/** Where rendered files go, all of them at once or none. */
sealed interface Target permits SingleTarget, FolderTarget {
  /** Checks that the place can be used, and clears what a crash left there. */
  void prepare() throws IOException;

  /** Puts them in the place of the old ones, which stay whole where this fails. */
  void put(Map<String, byte[]> files) throws IOException;

  /** Whether they stand there. */
  boolean there();

  /** What stands in one of them, within a bound; never a pipe or a device. */
  byte[] read(String name, int maxBytes) throws IOException;

  /** Takes them away; false where none was there. */
  boolean remove() throws IOException;
}
