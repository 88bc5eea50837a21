package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whether a configuration, or a file that decides as it does, is in our own hands and root's:
 * whoever can write it, or put another in its place, names the commands that we run, the files that
 * we write and whom we believe.
 */
public final class TrustedDocument {
  private TrustedDocument() {}

  /**
   * Looks at the document and all folders and links on the way to it. What is mounted read-only
   * from elsewhere is in nobody's hands here: Kubernetes mounts ConfigMaps so, with a folder of
   * mode 0777. The file system of the root is not from elsewhere: systemd shows it read-only to one
   * unit ({@code ProtectSystem=strict}), and others write it.
   *
   * @throws IOException with what is wrong with what, or where there is no such file
   */
  public static void require(Path document) throws IOException {
    require(document, "document", TrustedDocument::readOnly);
  }

  /** The same of a file that the document relies on. */
  public static void requireFile(Path file) throws IOException {
    require(file, "file", TrustedDocument::readOnly);
  }

  static void require(Path document, String what, Predicate<Path> readOnly) throws IOException {
    // what a shell made of <(…) is a pipe of our own parent, and no place
    if (document.startsWith("/dev/fd") || document.startsWith("/proc/self/fd")) {
      return;
    }
    if (Files.notExists(document)) {
      throw new NoSuchFileException(document.toString());
    }
    TrustedFolder.walk(
        document,
        (at, attributes, last) -> {
          try {
            judge(at, attributes, what);
          } catch (IOException wrong) {
            Path parent = at.getParent();
            // the file system of a link is that of its folder
            if (!readOnly.test(TrustedFolder.isLink(attributes) && parent != null ? parent : at)) {
              throw wrong;
            }
          }
          if (last && !TrustedFolder.isLink(attributes) && !TrustedFolder.isFile(attributes)) {
            throw new IOException("%s \"%s\" is no regular file".formatted(what, at));
          }
        });
  }

  private static void judge(Path at, Map<String, Object> attributes, String file)
      throws IOException {
    boolean folder = TrustedFolder.isFolder(attributes);
    String what = folder ? "folder" : TrustedFolder.isLink(attributes) ? "link" : file;
    TrustedFolder.requireOurs(at, attributes, what);
    int mode = TrustedFolder.mode(attributes);
    // in a sticky folder such as /tmp nobody renames what is another's; a link has no mode
    boolean harmless =
        TrustedFolder.isLink(attributes) || (folder && (mode & TrustedFolder.STICKY) != 0);
    if ((mode & TrustedFolder.OTHERS_WRITE) != 0 && !harmless) {
      throw new IOException(
          "%s \"%s\" can be written by others (mode %04o): chmod go-w, or mount it read-only"
              .formatted(what, at, mode & 07777));
    }
  }

  private static boolean readOnly(Path path) {
    try {
      return fromElsewhere(path) && Files.getFileStore(path).isReadOnly();
    } catch (IOException unknown) {
      return false;
    }
  }

  static boolean fromElsewhere(Path path) throws IOException {
    return !Files.getAttribute(path, "unix:dev")
        .equals(Files.getAttribute(Path.of("/"), "unix:dev"));
  }
}
