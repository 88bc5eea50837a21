package io.mintmark.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One writer a data folder: an exclusive lock on {@code ledger/lock}, which says who holds it. */
final class FolderLock implements AutoCloseable {
  private static final int LONGEST = 300;

  /**
   * Folders that this process holds. The file is not even opened a second time: POSIX drops all
   * locks that a process has on a file when it closes any descriptor of it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * @throws UnusableLedger where another process, or this one, holds it; says who
   */
  static FolderLock take(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw inUse(real, me());
    }
    try {
      return new FolderLock(real, locked(real));
    } catch (IOException | RuntimeException failed) {
      HELD.remove(real);
      throw failed;
    }
  }

  private static FileChannel locked(Path folder) throws IOException {
    Path path = folder.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            path,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (channel.tryLock() == null) {
        throw inUse(folder, holder(path));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((me() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
      return channel;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private static UnusableLedger inUse(Path folder, String holder) {
    return new UnusableLedger(
        "the data folder \""
            + folder.getParent()
            + "\" is in use by "
            + holder
            + ": stop it first, or give this one a data folder of its own");
  }

  private static String me() {
    return "process " + ProcessHandle.current().pid() + " on host " + host();
  }

  private static String holder(Path path) {
    try {
      String holder = Files.readString(path).strip().replaceAll("[^ -~]", "?");
      return holder.isEmpty()
          ? "another process"
          : holder.substring(0, Math.min(holder.length(), LONGEST));
    } catch (IOException unreadable) {
      return "another process";
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "unknown";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(folder);
    }
  }
}
