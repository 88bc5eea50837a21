package io.mintmark.documents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that lie in a folder once every link on the way to them is resolved. The resolved way
 * is gone from folder to folder without following links, so that a link that is put in its place
 * meanwhile leads nowhere. Each step is in hands that are trusted, and the last is a regular file:
 * opening a pipe would wait for ever.
 */
final class ConfinedFiles {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path folder;
  private final Custody custody;

  ConfinedFiles(Path folder, Custody custody) {
    this.folder = folder;
    this.custody = custody;
  }

  /** Why nothing of the folder is read; null where it is. */
  @Nullable String objection() throws IOException {
    Path root = folder.toRealPath();
    return custody.objection(root, Files.readAttributes(root, PosixFileAttributes.class));
  }

  /** Reads a whole file; throws with the reason in words for operators. */
  byte[] read(Path file, int maxBytes) throws Unreadable {
    try {
      Path root = folder.toRealPath();
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw new Unreadable("is a link to outside the policy folder");
      }
      if (real.equals(root)) {
        throw new Unreadable("is not a file");
      }
      check(root, Files.readAttributes(root, PosixFileAttributes.class));
      try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
        if (top instanceof SecureDirectoryStream<Path> secure) {
          return read(secure, root, root.relativize(real), maxBytes);
        }
      }
      return readByPath(root, real, maxBytes);
    } catch (NoSuchFileException e) {
      throw new Unreadable("does not exist");
    } catch (IOException e) {
      throw new Unreadable("cannot be read: " + reason(e));
    }
  }

  static String reason(IOException e) {
    return Texts.printable(
        e instanceof AccessDeniedException ? "permission denied" : e.getMessage());
  }

  private byte[] read(SecureDirectoryStream<Path> in, Path at, Path way, int maxBytes)
      throws IOException, Unreadable {
    Path name = way.getName(0);
    Path here = at.resolve(name);
    PosixFileAttributes attributes =
        in.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    check(here, attributes);
    int steps = way.getNameCount();
    if (steps > 1) {
      try (SecureDirectoryStream<Path> next =
          in.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return read(next, here, way.subpath(1, steps), maxBytes);
      }
    }
    if (!attributes.isRegularFile()) {
      throw new Unreadable("is not a file");
    }
    try (SeekableByteChannel channel = in.newByteChannel(name, READ)) {
      return bounded(channel, maxBytes);
    }
  }

  /** Where a system has no handles of folders: the way must lead to the same file afterwards. */
  byte[] readByPath(Path root, Path real, int maxBytes) throws IOException, Unreadable {
    Path here = root;
    for (Path name : root.relativize(real)) {
      here = here.resolve(name);
      check(here, attributes(here));
    }
    if (!attributes(real).isRegularFile()) {
      throw new Unreadable("is not a file");
    }
    try (SeekableByteChannel channel = Files.newByteChannel(real, READ)) {
      byte[] bytes = bounded(channel, maxBytes);
      if (!real.equals(real.toRealPath())) {
        throw new Unreadable("was changed while it was read");
      }
      return bytes;
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void check(Path path, PosixFileAttributes attributes) throws Unreadable {
    String objection = custody.objection(path, attributes);
    if (objection != null) {
      throw new Unreadable("is not read: \"" + path + "\" " + objection);
    }
  }

  private static byte[] bounded(SeekableByteChannel channel, int maxBytes)
      throws IOException, Unreadable {
    long size = channel.size();
    if (size > maxBytes) {
      throw new Unreadable(
          "is larger than " + (maxBytes == 1 << 20 ? "1 MiB" : maxBytes + " bytes"));
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size + 1);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    if (!buffer.hasRemaining()) {
      throw new Unreadable("was changed while it was read");
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** A file that may not or cannot be read; the message says why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }
}
