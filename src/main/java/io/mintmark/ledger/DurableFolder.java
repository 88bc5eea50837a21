package io.mintmark.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;

/**
 * Folders whose names outlive a loss of power: what is forced into a file is lost with the name of
 * a folder above it, which only a force of that folder's own folder keeps.
 */
public final class DurableFolder {
  private DurableFolder() {}

  /** Makes what is missing of the path, and has its name durable though it was there before. */
  public static void make(Path folder, FileAttribute<?>... attributes) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    boolean isThere = Files.isDirectory(folder);
    if (parent == null) {
      return;
    }
    if (!isThere) {
      make(parent, attributes);
      create(folder, attributes);
    }
    try {
      force(parent);
    } catch (AccessDeniedException somebodyElses) {
      if (!isThere) {
        throw somebodyElses;
      }
    }
  }

  private static void create(Path folder, FileAttribute<?>... attributes) throws IOException {
    try {
      Files.createDirectory(folder, attributes);
    } catch (FileAlreadyExistsException meanwhile) {
      if (!Files.isDirectory(folder)) {
        throw meanwhile;
      }
    }
  }

  /** Makes the names in a folder durable; systems that cannot open one keep them by themselves. */
  static void force(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
