package io.mintmark.documents;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * In whose hands files must be to be read: whoever can write policy, or the keys that it names,
 * decides who gets what.
 */
@FunctionalInterface
public interface Custody {
  /** Reads whatever is there, as on a developer's machine. */
  Custody ANYBODY = (path, attributes) -> null;

  /** Why a file or folder is not read; null where it is. Links are judged by where they lead. */
  @Nullable String objection(Path path, PosixFileAttributes attributes);

  /**
   * Only what root or this user owns and nobody else can write, as OpenSSH does. A file system that
   * is mounted read-only is in nobody's hands here: Kubernetes mounts ConfigMaps so, with a folder
   * of mode 0777.
   *
   * @throws IOException where this system has no users
   */
  static Custody of(UserPrincipal user) throws IOException {
    try {
      // user names never are numbers, so this is the user of number 0, whatever it is called
      UserPrincipal root =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
      return of(root.equals(user) ? Set.of(user) : Set.of(root, user), Custody::isReadOnly);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system has no owners of files", e);
    }
  }

  static Custody of(Set<UserPrincipal> owners, Predicate<Path> readOnly) {
    Set<PosixFilePermission> others =
        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    return (path, attributes) -> {
      if (!owners.contains(attributes.owner())) {
        return "belongs to \""
            + Texts.printable(attributes.owner().getName())
            + "\", neither root nor the user that runs the broker";
      }
      return Collections.disjoint(attributes.permissions(), others) || readOnly.test(path)
          ? null
          : "can be written by others ("
              + PosixFilePermissions.toString(attributes.permissions())
              + "): chmod go-w, or mount it read-only";
    };
  }

  private static boolean isReadOnly(Path path) {
    try {
      return Files.getFileStore(path).isReadOnly();
    } catch (IOException unknown) {
      return false;
    }
  }
}
