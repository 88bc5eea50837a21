package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * One file. The new one is written beside it and renamed over it: readers see the old or the new
 * one whole, a link in its place is replaced and never followed, and other names of the old file
 * keep the old bytes.
 */
final class SingleTarget implements Target {
  private final Path folder;
  private final String name;
  private final boolean shared;
  private final Ownership ownership;
  private final Disk disk;

  SingleTarget(Path path, boolean shared, Ownership ownership, Disk disk) {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    this.folder = parent == null ? absolute : parent;
    this.name = String.valueOf(absolute.getFileName());
    this.shared = shared;
    this.ownership = ownership;
    this.disk = disk;
  }

  @Override
  public void prepare() throws IOException {
    Path found = TrustedFolder.find(folder, shared);
    Leftovers.requireReplaceable(found.resolve(name));
    Leftovers.clear(found, stem(), "");
  }

  @Override
  public void put(Map<String, byte[]> files) throws IOException {
    byte[] bytes = files.get(Rendering.ITSELF);
    if (bytes == null || files.size() != 1) {
      throw new IllegalStateException("a single file is not rendered as a folder");
    }
    Path found = TrustedFolder.find(folder, shared);
    Path target = found.resolve(name);
    Leftovers.requireReplaceable(target);
    Path scratch = Leftovers.scratch(found, stem());
    try {
      disk.write(scratch, bytes, ownership);
      Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException failed) {
      Leftovers.delete(scratch);
      throw failed;
    }
    disk.sync(found);
  }

  @Override
  public boolean there() {
    return Files.isRegularFile(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public byte[] read(String itself, int maxBytes) throws IOException {
    return SmallFile.read(TrustedFolder.find(folder, shared).resolve(name), maxBytes);
  }

  @Override
  public boolean remove() throws IOException {
    Path found = TrustedFolder.find(folder, shared);
    Path target = found.resolve(name);
    Leftovers.requireReplaceable(target);
    boolean removed = Files.deleteIfExists(target);
    if (removed) {
      disk.sync(found);
    }
    return removed;
  }

  private String stem() {
    return "." + name;
  }
}
