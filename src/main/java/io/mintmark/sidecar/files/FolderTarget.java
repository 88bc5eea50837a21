package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several files that belong together, such as a certificate and its key. As in a Kubernetes volume,
 * each name is a link into {@code ..data}, and {@code ..data} is a link to the folder of one
 * generation: one rename puts all of the next in place.
 */
final class FolderTarget implements Target {
  static final String DATA = "..data";
  private static final String STEM = ".";

  private final Path folder;
  private final List<String> names;
  private final boolean shared;
  private final Ownership ownership;
  private final Disk disk;

  FolderTarget(Path folder, List<String> names, boolean shared, Ownership ownership, Disk disk) {
    this.folder = folder.toAbsolutePath();
    this.names = List.copyOf(names);
    this.shared = shared;
    this.ownership = ownership;
    this.disk = disk;
  }

  @Override
  public void prepare() throws IOException {
    make();
    Path found = TrustedFolder.find(folder, shared);
    requireReplaceable(found);
    Leftovers.clear(found, DATA, "");
    String current = current(found);
    Leftovers.clear(found, STEM, current == null ? "" : current);
    for (String name : names) {
      Leftovers.clear(found, "." + name, "");
    }
  }

  @Override
  public void put(Map<String, byte[]> files) throws IOException {
    Path found = TrustedFolder.find(folder, shared);
    requireReplaceable(found);
    String old = current(found);
    Path generation = Leftovers.scratch(found, STEM);
    try {
      write(generation, files);
      link(found, DATA, String.valueOf(generation.getFileName()));
    } catch (IOException | RuntimeException failed) {
      Leftovers.delete(generation);
      throw failed;
    }
    for (String name : names) {
      link(found, name, DATA + "/" + name);
    }
    disk.sync(found);
    if (old != null) {
      Leftovers.delete(found.resolve(old));
    }
  }

  @Override
  public boolean there() {
    return names.stream().allMatch(name -> Files.isRegularFile(folder.resolve(name)));
  }

  @Override
  public byte[] read(String name, int maxBytes) throws IOException {
    return SmallFile.read(TrustedFolder.find(folder, shared).resolve(name), maxBytes);
  }

  @Override
  public boolean remove() throws IOException {
    Path found = TrustedFolder.find(folder, shared);
    requireReplaceable(found);
    String old = current(found);
    boolean removed = Files.deleteIfExists(found.resolve(DATA));
    for (String name : names) {
      removed |= Files.deleteIfExists(found.resolve(name));
    }
    if (old != null) {
      Leftovers.delete(found.resolve(old));
    }
    if (removed) {
      disk.sync(found);
    }
    return removed;
  }

  /** Makes the folder within one that is there, as an emptyDir has none in it. */
  private void make() throws IOException {
    Path parent = folder.getParent();
    Path name = folder.getFileName();
    if (parent != null && name != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          TrustedFolder.find(parent, shared).resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  private void write(Path generation, Map<String, byte[]> files) throws IOException {
    Files.createDirectory(
        generation,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      disk.write(generation.resolve(file.getKey()), file.getValue(), ownership);
    }
    ownership.giveFolder(generation);
    disk.sync(generation);
  }

  /** Makes a link, or puts it in the place of what is there. */
  private static void link(Path found, String name, String to) throws IOException {
    Path link = found.resolve(name);
    Path wanted = Path.of(to);
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(wanted)) {
      return;
    }
    Path scratch = Leftovers.scratch(found, name.equals(DATA) ? DATA : "." + name);
    try {
      Files.createSymbolicLink(scratch, wanted);
      Files.move(scratch, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(scratch);
      throw failed;
    }
  }

  private void requireReplaceable(Path found) throws IOException {
    Path data = found.resolve(DATA);
    if (Files.exists(data, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(data)) {
      throw new IOException("\"" + data + "\" is there and is no link");
    }
    for (String name : names) {
      Leftovers.requireReplaceable(found.resolve(name));
    }
  }

  /** The generation in place; null where there is none of ours. */
  private static @Nullable String current(Path found) throws IOException {
    Path data = found.resolve(DATA);
    if (!Files.isSymbolicLink(data)) {
      return null;
    }
    String name = Files.readSymbolicLink(data).toString();
    return Leftovers.isScratch(name, STEM) ? name : null;
  }
}
