package io.mintmark.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys from a file, each time anew: times and sizes of files tell too little to be trusted.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public final class FileLoader<T> implements KeyLoader<T> {
  private static final int MAX_BYTES = 1024 * 1024;

  private final Path file;
  private final KeyFormat<T> format;
  private byte @Nullable [] read;

  public FileLoader(Path file, KeyFormat<T> format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public Loaded<T> load(@Nullable T learned) {
    try {
      byte[] bytes = bytes();
      if (learned != null && Arrays.equals(bytes, read)) {
        return new Loaded.Unchanged<>();
      }
      T keys = format.parse(bytes);
      read = bytes;
      return new Loaded.Fresh<>(keys, bytes, null);
    } catch (NoSuchFileException e) {
      return failed("does not exist");
    } catch (IOException e) {
      return failed("cannot be read");
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

  private byte[] bytes() throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }

  private Loaded<T> failed(String why) {
    return new Loaded.Failed<>("file \"" + file + "\" " + why);
  }
}
