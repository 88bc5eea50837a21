package io.mintmark.powerloss;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything belongs to one user, who alone may read it. */
record VolumeAttributes(Volume volume, @Nullable Integer node)
    implements PosixFileAttributes, PosixFileAttributeView {
  private record User(String getName) implements GroupPrincipal {}

  @Override
  public PosixFileAttributes readAttributes() {
    return this;
  }

  @Override
  public String name() {
    return "posix";
  }

  @Override
  public UserPrincipal owner() {
    return new User("mintmark");
  }

  @Override
  public UserPrincipal getOwner() {
    return owner();
  }

  @Override
  public GroupPrincipal group() {
    return new User("mintmark");
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return PosixFilePermissions.fromString(isDirectory() ? "rwx------" : "rw-------");
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) {}

  @Override
  public void setGroup(GroupPrincipal group) {}

  @Override
  public void setOwner(UserPrincipal owner) {}

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created) {}

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(Instant.EPOCH);
  }

  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return node != null && volume.files.containsKey(node);
  }

  @Override
  public boolean isDirectory() {
    return node != null && volume.folders.containsKey(node);
  }

  @Override
  public boolean isSymbolicLink() {
    return false;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    byte[] content = node == null ? null : volume.files.get(node);
    return content == null ? 0 : content.length;
  }

  @Override
  public @Nullable Object fileKey() {
    return node;
  }
}
