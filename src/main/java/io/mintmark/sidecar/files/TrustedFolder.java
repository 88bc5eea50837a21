package io.mintmark.sidecar.files;

import io.mintmark.sidecar.process.OwnUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Whether a folder is in our own hands and root's, from the root down, as OpenSSH asks it of key
 * files: whoever can write a folder on the way can put another in its place. Links on the way are
 * followed only where we or root made them.
 */
final class TrustedFolder {
  private static final int MAX_LINKS = 40;
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int FILE = 0100000;
  private static final int LINK = 0120000;
  static final int STICKY = 01000;
  static final int OTHERS_WRITE = 022;

  private TrustedFolder() {}

  /**
   * The folder without links on the way.
   *
   * @param shared whether others may write the folders (a Kubernetes emptyDir); links are checked
   *     all the same
   * @throws IOException with what is wrong with which folder
   */
  static Path find(Path folder, boolean shared) throws IOException {
    return walk(
        folder,
        (at, attributes, last) -> {
          if (isLink(attributes)) {
            requireOurs(at, attributes, "link");
          } else {
            judge(at, attributes, shared, last);
          }
        });
  }

  /** Refuses one step of the way, a link among them, by its mode and user. */
  @FunctionalInterface
  interface Judge {
    void judge(Path at, Map<String, Object> attributes, boolean last) throws IOException;
  }

  /** Goes from the root down, and gives where the way leads without links. */
  static Path walk(Path path, Judge judge) throws IOException {
    Path root = path.toAbsolutePath().getRoot();
    Path at = root;
    Deque<Path> names = new ArrayDeque<>();
    root.relativize(path.toAbsolutePath()).forEach(names::addLast);
    judge.judge(at, attributes(at), names.isEmpty());
    int links = 0;
    while (!names.isEmpty()) {
      Path name = names.removeFirst();
      if (name.toString().isEmpty() || name.toString().equals(".")) {
        continue;
      }
      if (name.toString().equals("..")) {
        Path parent = at.getParent();
        at = parent == null ? at : parent;
        continue;
      }
      Path next = at.resolve(name);
      Map<String, Object> attributes = attributes(next);
      judge.judge(next, attributes, names.isEmpty());
      if (!isLink(attributes)) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new IOException("\"" + path + "\" leads through too many links");
      }
      Path target = Files.readSymbolicLink(next);
      at = target.isAbsolute() ? root : at;
      Deque<Path> rest = new ArrayDeque<>();
      target.forEach(rest::addLast);
      rest.descendingIterator().forEachRemaining(names::addFirst);
    }
    return at;
  }

  static boolean isLink(Map<String, Object> attributes) {
    return (mode(attributes) & TYPE) == LINK;
  }

  static boolean isFile(Map<String, Object> attributes) {
    return (mode(attributes) & TYPE) == FILE;
  }

  static boolean isFolder(Map<String, Object> attributes) {
    return (mode(attributes) & TYPE) == FOLDER;
  }

  private static void judge(Path at, Map<String, Object> attributes, boolean shared, boolean last)
      throws IOException {
    int mode = mode(attributes);
    if (!isFolder(attributes)) {
      throw new IOException("\"" + at + "\" is no folder");
    }
    if (shared) {
      return;
    }
    requireOurs(at, attributes, "folder");
    // in a sticky folder such as /tmp nobody renames what is another's, but anybody adds to it
    if ((mode & OTHERS_WRITE) != 0 && (last || (mode & STICKY) == 0)) {
      throw new IOException(
          "folder \"%s\" can be written by others (mode %04o): chmod go-w, or say sharedFolder: true"
              .formatted(at, mode & 07777));
    }
  }

  static void requireOurs(Path at, Map<String, Object> attributes, String what) throws IOException {
    int owner = attributes.get("uid") instanceof Integer uid ? uid : -1;
    if (owner != 0 && owner != OwnUser.id()) {
      throw new IOException(
          "%s \"%s\" belongs to user %d, neither root nor the sidecar's own user"
              .formatted(what, at, owner));
    }
  }

  static int mode(Map<String, Object> attributes) {
    return attributes.get("mode") instanceof Integer mode ? mode : 0;
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException absent) {
      throw new IOException("there is no folder \"" + path + "\"", absent);
    }
  }
}
