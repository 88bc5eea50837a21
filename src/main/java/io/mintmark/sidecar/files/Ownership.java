package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose a file is and who may read it.
 *
 * @param mode of the form {@code rw-r-----}
 * @param owner by name or number; null for the sidecar's user
 * @param group by name or number; null for what the system gives
 */
record Ownership(String mode, @Nullable String owner, @Nullable String group) {
  static final Ownership OURS = new Ownership("rw-------", null, null);

  /** From octal digits such as {@code 0640}. */
  static Ownership of(String octal, @Nullable String owner, @Nullable String group) {
    int bits = Integer.parseInt(octal, 8);
    StringBuilder mode = new StringBuilder();
    for (int bit = 8; bit >= 0; bit--) {
      mode.append((bits >> bit & 1) == 0 ? '-' : "rwx".charAt(2 - bit % 3));
    }
    return new Ownership(mode.toString(), owner, group);
  }

  boolean readByAll() {
    return mode.charAt(6) == 'r';
  }

  void giveFile(Path file) throws IOException {
    give(file, PosixFilePermissions.fromString(mode));
  }

  /** Who may read the files may enter their folder. */
  void giveFolder(Path folder) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.copyOf(PosixFilePermissions.fromString(mode));
    permissions.add(PosixFilePermission.OWNER_WRITE);
    permissions.add(PosixFilePermission.OWNER_EXECUTE);
    if (permissions.contains(PosixFilePermission.GROUP_READ)) {
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
    }
    if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    give(folder, permissions);
  }

  /** Owner and group before the permissions, so that none but the named ever reads it. */
  private void give(Path path, Set<PosixFilePermission> permissions) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new IOException("this system has no owners of files");
    }
    UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      if (group != null) {
        view.setGroup(users.lookupPrincipalByGroupName(group));
      }
      if (owner != null) {
        view.setOwner(users.lookupPrincipalByName(owner));
      }
    } catch (UserPrincipalNotFoundException unknown) {
      throw new IOException("there is no user or group \"" + unknown.getName() + "\"", unknown);
    }
    view.setPermissions(permissions);
  }
}
