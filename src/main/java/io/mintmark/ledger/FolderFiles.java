package io.mintmark.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The log in a folder of the file system: folder 0700, files 0600. */
final class FolderFiles implements LogFiles {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;

  private FolderFiles(Path folder) {
    this.folder = folder;
  }

  /** The folder as it is, for reading. */
  static FolderFiles in(Path folder) {
    return new FolderFiles(folder);
  }

  /** The folder, made where it is missing. */
  static FolderFiles create(Path folder) throws IOException {
    if (posix(existing(folder))) {
      DurableFolder.make(folder, OWNER_ONLY_FOLDER);
    } else {
      DurableFolder.make(folder);
    }
    return new FolderFiles(folder);
  }

  private static Path existing(Path path) {
    Path at = path.toAbsolutePath();
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        return at;
      }
      at = parent;
    }
    return at;
  }

  private static boolean posix(Path path) throws IOException {
    FileStore store = Files.getFileStore(path);
    return store.supportsFileAttributeView("posix");
  }

  Path folder() {
    return folder;
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(folder.resolve(name));
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(folder.resolve(name));
  }

  @Override
  public InputStream read(String name, long offset) throws IOException {
    FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.READ);
    try {
      channel.position(offset);
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    return Channels.newInputStream(channel);
  }

  @Override
  public AppendFile append(String name) throws IOException {
    Path path = folder.resolve(name);
    boolean fresh = !Files.exists(path);
    FileChannel channel = openForWriting(path, StandardOpenOption.CREATE);
    try {
      channel.position(channel.size());
      if (fresh) {
        channel.force(true);
        DurableFolder.force(folder);
      }
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    return new ChannelFile(channel);
  }

  private FileChannel openForWriting(Path path, StandardOpenOption more) throws IOException {
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, more);
    return posix(folder)
        ? FileChannel.open(path, options, OWNER_ONLY)
        : FileChannel.open(path, options);
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    Path fresh = folder.resolve(name + ".tmp");
    Files.deleteIfExists(fresh);
    try (FileChannel channel = openForWriting(fresh, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException failed) {
      Files.deleteIfExists(fresh);
      throw failed;
    }
    rename(name + ".tmp", name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        folder.resolve(from),
        folder.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    DurableFolder.force(folder);
  }

  @Override
  public void delete(String name) throws IOException {
    if (Files.deleteIfExists(folder.resolve(name))) {
      DurableFolder.force(folder);
    }
  }

  private record ChannelFile(FileChannel channel) implements AppendFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
      channel.position(Math.min(size, channel.size()));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
