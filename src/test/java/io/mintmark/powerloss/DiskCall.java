package io.mintmark.powerloss;

import java.util.List;

/** What was asked of the disk, in order; files and folders go by numbers that a rename keeps. */
sealed interface DiskCall {
  /** Something new without a name yet. */
  record Made(int node, boolean folder) implements DiskCall {}

  /** Names that change in one step: a creation or deletion has one, a rename two. */
  record Named(List<Edit> edits) implements DiskCall {}

  /**
   * @param node what the name stands for from now on; -1 for nothing
   */
  record Edit(int folder, String name, int node) {}

  /** The file's whole content after a write or a cut, which began at {@code from}. */
  record Changed(int file, byte[] content, int from) implements DiskCall {}

  /** Returned: what the file holds, or the names in the folder, are durable. */
  record Forced(int node) implements DiskCall {}
}
