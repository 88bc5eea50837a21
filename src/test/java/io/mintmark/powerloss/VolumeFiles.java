package io.mintmark.powerloss;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} does to a {@link Volume}. */
final class VolumeFiles extends FileSystemProvider {
  private final Volume volume;
  private final VolumeSystem system = new VolumeSystem(this);

  VolumeFiles(Volume volume) {
    this.volume = volume;
  }

  VolumeSystem system() {
    return system;
  }

  private int node(Path path) throws NoSuchFileException {
    Integer node = volume.find(path.toAbsolutePath());
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  @Override
  public String getScheme() {
    return "volume";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Integer node = volume.find(path.toAbsolutePath());
    if (node != null && options.contains(StandardOpenOption.CREATE_NEW)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (node == null
        && (options.contains(StandardOpenOption.CREATE)
            || options.contains(StandardOpenOption.CREATE_NEW))) {
      node = volume.make(path.toAbsolutePath(), false);
    }
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      volume.cut(node, 0);
    }
    return new VolumeChannel(volume, node);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Map<String, Integer> names = volume.folders.get(node(folder));
    if (names == null) {
      throw new java.nio.file.NotDirectoryException(folder.toString());
    }
    List<Path> paths = names.keySet().stream().map(folder::resolve).toList();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return paths.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    if (volume.find(folder.toAbsolutePath()) != null) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    volume.make(folder.toAbsolutePath(), true);
  }

  @Override
  public void delete(Path path) throws IOException {
    int node = node(path);
    Map<String, Integer> names = volume.folders.get(node);
    if (names != null && !names.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    volume.remove(path.toAbsolutePath(), node);
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    volume.rename(from.toAbsolutePath(), to.toAbsolutePath(), node(from));
  }

  @Override
  public boolean isSameFile(Path one, Path other) {
    return one.equals(other);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    return new VolumeSystem.Store();
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    node(path);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    VolumeAttributes view = new VolumeAttributes(volume, volume.find(path.toAbsolutePath()));
    return type.isInstance(view) ? type.cast(view) : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return type.cast(new VolumeAttributes(volume, node(path)));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    VolumeAttributes all = new VolumeAttributes(volume, node(path));
    return Map.of("permissions", all.permissions(), "owner", all.owner());
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw new UnsupportedOperationException();
  }
}
