package io.mintmark.evidence;

import io.mintmark.fetch.LocalFile;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys from a file, each time anew: times and sizes of files tell too little to be trusted.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public final class FileLoader<T> implements KeyLoader<T> {
  private static final int MAX_BYTES = 1024 * 1024;

  private final LocalFile file;
  private final KeyFormat<T> format;
  private byte @Nullable [] read;

  public FileLoader(LocalFile file, KeyFormat<T> format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public Loaded<T> load(@Nullable T learned) {
    try {
      byte[] bytes = file.read(MAX_BYTES);
      if (learned != null && Arrays.equals(bytes, read)) {
        return new Loaded.Unchanged<>();
      }
      T keys = format.parse(bytes);
      read = bytes;
      return new Loaded.Fresh<>(keys, bytes, null);
    } catch (IOException e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (UnusableKeys e) {
      return failed("holds no usable keys: " + e.getMessage());
    }
  }

  /** Reads the keys once, as at the start of a federation. */
  public Loaded.Fresh<T> read() throws UnusableKeys {
    return switch (load(null)) {
      case Loaded.Fresh<T> fresh -> fresh;
      case Loaded.Failed<T>(var error) -> throw new UnusableKeys(error);
      case Loaded.Unchanged<T> _ -> throw new IllegalStateException("nothing was learned");
    };
  }

  private Loaded<T> failed(String why) {
    return new Loaded.Failed<>("file \"" + file + "\" " + why);
  }
}
