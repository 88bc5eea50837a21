package io.mintmark.storage.files;

import io.mintmark.ledger.DurableFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder that only this process's user can enter, with files that only that user can read.
 * Whatever is not so is refused and never repaired: a key that others could read is not a secret
 * any more.
 */
final class PrivateFolder {
  private static final int MAX_BYTES = 4 << 20;
  private static final String UNFINISHED = ".unfinished";
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<PosixFilePermission> OWNERS_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path folder;
  private @Nullable UserPrincipal user;

  PrivateFolder(Path folder) {
    this(folder, null);
  }

  /**
   * @param user whose folder it has to be; null for the user that runs this process
   */
  PrivateFolder(Path folder, @Nullable UserPrincipal user) {
    this.folder = folder.toAbsolutePath().normalize();
    this.user = user;
  }

  static boolean isUnfinished(String name) {
    return name.endsWith(UNFINISHED);
  }

  /** Makes the folder, or checks the one that is there; finds out whose files are ours. */
  void prepare() throws IOException {
    try {
      Path parent = folder.getParent();
      if (parent != null) {
        DurableFolder.make(parent, FOLDER_MODE);
      }
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, FOLDER_MODE);
      }
      if (parent != null) {
        sync(parent);
      }
      PosixFileAttributes attributes = attributes(folder);
      if (!attributes.isDirectory()) {
        throw new IOException("key folder \"%s\" is a link or no folder".formatted(folder));
      }
      checkMode(attributes, folder, "0700");
      Path probe = Files.createTempFile(folder, "probe", UNFINISHED, FILE_MODE);
      if (user == null) {
        user = Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
      }
      Files.delete(probe);
      checkOwner(attributes, folder);
    } catch (UnsupportedOperationException e) {
      throw new IOException(
          "key folder \"%s\" is on a file system without owners and modes".formatted(folder), e);
    } catch (AccessDeniedException e) {
      throw new IOException("key folder \"%s\" cannot be read and written".formatted(folder), e);
    } catch (FileSystemException e) {
      throw new IOException(
          "key folder \"%s\" cannot be used: %s".formatted(folder, e.getReason()), e);
    }
  }

  List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  byte[] read(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      PosixFileAttributes attributes = attributes(file);
      if (!attributes.isRegularFile()) {
        throw new IOException("\"%s\" is a link or no file".formatted(file));
      }
      checkMode(attributes, file, "0600");
      checkOwner(attributes, file);
      if (attributes.size() > MAX_BYTES) {
        throw new IOException("\"%s\" is larger than 4 MiB".formatted(file));
      }
      try (var in =
          Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        return in.readNBytes(MAX_BYTES);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("\"%s\" is missing: restore it from a backup".formatted(file), e);
    }
  }

  /** Replaces a file whole, on the disk when this returns. */
  void write(String name, byte[] bytes) throws IOException {
    Path unfinished = folder.resolve(name + UNFINISHED);
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FILE_MODE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(
        unfinished,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    sync(folder);
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    sync(folder);
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  /** Makes the names in a folder durable. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static void checkMode(PosixFileAttributes attributes, Path path, String wanted)
      throws IOException {
    if (!OWNERS_ONLY.containsAll(attributes.permissions())) {
      throw new IOException(
          "\"%s\" is open to others (%s): take its keys for known, replace them, and set mode %s"
              .formatted(path, PosixFilePermissions.toString(attributes.permissions()), wanted));
    }
  }

  private void checkOwner(PosixFileAttributes attributes, Path path) throws IOException {
    if (!attributes.owner().equals(user)) {
      throw new IOException(
          "\"%s\" belongs to \"%s\" and not to the user that runs the broker"
              .formatted(path, attributes.owner().getName()));
    }
  }
}
