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
  private static final int LINK = 0120000;
  private static final int STICKY = 01000;
  private static final int OTHERS_WRITE = 022;

  private TrustedFolder() {}

  /**
   * The folder without links on the way.
   *
   * @param shared whether others may write the folders (a Kubernetes emptyDir); links are checked
   *     all the same
   * @throws IOException with what is wrong with which folder
   */
  static Path find(Path folder, boolean shared) throws IOException {
    Path root = folder.toAbsolutePath().getRoot();
    Path at = root;
    Deque<Path> names = new ArrayDeque<>();
    root.relativize(folder.toAbsolutePath()).forEach(names::addLast);
    judge(at, attributes(at), shared, names.isEmpty());
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
      if ((mode(attributes) & TYPE) == LINK) {
        requireOurs(next, attributes, "link");
        if (++links > MAX_LINKS) {
          throw new IOException("folder \"" + folder + "\" leads through too many links");
        }
        Path target = Files.readSymbolicLink(next);
        at = target.isAbsolute() ? root : at;
        Deque<Path> rest = new ArrayDeque<>();
        target.forEach(rest::addLast);
        rest.descendingIterator().forEachRemaining(names::addFirst);
        continue;
      }
      judge(next, attributes, shared, names.isEmpty());
      at = next;
    }
    return at;
  }

  private static void judge(Path at, Map<String, Object> attributes, boolean shared, boolean last)
      throws IOException {
    int mode = mode(attributes);
    if ((mode & TYPE) != FOLDER) {
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

  private static void requireOurs(Path at, Map<String, Object> attributes, String what)
      throws IOException {
    int owner = attributes.get("uid") instanceof Integer uid ? uid : -1;
    if (owner != 0 && owner != OwnUser.id()) {
      throw new IOException(
          "%s \"%s\" belongs to user %d, neither root nor the sidecar's own user"
              .formatted(what, at, owner));
    }
  }

  private static int mode(Map<String, Object> attributes) {
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
