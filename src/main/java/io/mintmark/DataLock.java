package io.mintmark;

import io.mintmark.ledger.DurableFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The data folder, private and held by one broker: two would sign two ledgers in its name. */
final class DataLock implements AutoCloseable {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);
  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes the folder (0700) where it is not there, and takes it. */
  static DataLock take(Path data) {
    try {
      DurableFolder.make(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Set<PosixFilePermission> open = Files.getPosixFilePermissions(data);
      open.retainAll(OTHERS);
      if (!open.isEmpty()) {
        throw new StartupRefused(
            "data folder \"" + data + "\" is open to others: chmod 700 it, or give another");
      }
      return lock(data);
    } catch (FileAlreadyExistsException file) {
      throw new StartupRefused(
          "data folder \"" + data + "\" is no folder: give another by --data", file);
    } catch (IOException failed) {
      throw new StartupRefused(
          "data folder \"" + data + "\" cannot be used: " + reason(failed), failed);
    }
  }

  /** What the system said, and what to do about it; some of its failures name the file only. */
  static String reason(IOException failed) {
    String said = failed.getMessage();
    if (said != null && said.contains("No space left")) {
      return said + ": free some space there, or give another folder by --data";
    }
    if (failed instanceof AccessDeniedException) {
      return said
          + ": permission denied: let the broker's user write there, or give another folder";
    }
    if (failed instanceof NoSuchFileException) {
      return said + ": nothing can be made there: give another folder by --data";
    }
    return said == null ? failed.getClass().getSimpleName() : said;
  }

  private static DataLock lock(Path data) throws IOException {
    Path file = data.resolve("broker.lock");
    FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (tryLock(channel) == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw new StartupRefused(
          "data folder \""
              + data
              + "\" is in use by another broker"
              + (holder.matches("\\d{1,10}") ? " (pid " + holder + ")" : ""));
    }
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
    return new DataLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
