package io.mintmark.powerloss;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/**
 * A path of a {@link Volume}.
 *
 * @param syntax the same path of the system that the test runs on
 */
record VolumePath(FileSystem system, Path syntax) implements Path {
  private @Nullable Path of(@Nullable Path other) {
    return other == null ? null : new VolumePath(system, other);
  }

  private static Path syntax(Path other) {
    return ((VolumePath) other).syntax;
  }

  @Override
  public FileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return syntax.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return of(syntax.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return of(syntax.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return of(syntax.getParent());
  }

  @Override
  public int getNameCount() {
    return syntax.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return new VolumePath(system, syntax.getName(index));
  }

  @Override
  public Path subpath(int begin, int end) {
    return new VolumePath(system, syntax.subpath(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return syntax.startsWith(syntax(other));
  }

  @Override
  public boolean endsWith(Path other) {
    return syntax.endsWith(syntax(other));
  }

  @Override
  public Path normalize() {
    return new VolumePath(system, syntax.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return new VolumePath(system, syntax.resolve(syntax(other)));
  }

  @Override
  public Path relativize(Path other) {
    return new VolumePath(system, syntax.relativize(syntax(other)));
  }

  @Override
  public URI toUri() {
    return URI.create("volume:" + syntax);
  }

  @Override
  public Path toAbsolutePath() {
    return isAbsolute() ? this : new VolumePath(system, Path.of("/").resolve(syntax));
  }

  @Override
  public Path toRealPath(LinkOption... options) {
    return toAbsolutePath();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(Path other) {
    return syntax.compareTo(syntax(other));
  }

  @Override
  public String toString() {
    return syntax.toString();
  }
}
