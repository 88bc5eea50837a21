package io.mintmark.sidecar.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A file that says whom to believe. It counts at first, and again only when its content changes:
 * somebody put it there on purpose, while an old file would let an authority vouch that was rotated
 * out long ago.
 */
final class TrustFile<T> {
  private static final System.Logger LOG = System.getLogger(TrustFile.class.getName());
  private static final int MAX_BYTES = 1 << 20;

  private final Path path;
  private final Reader<T> reader;
  private byte[] read;
  private T current;

  /** What makes sense of a file's content; where there is none, it says so in a sentence. */
  interface Reader<T> {
    T parsed(byte[] content) throws IOException;
  }

  /**
   * @throws IOException with a sentence where it cannot be read or makes no sense
   */
  TrustFile(Path path, Reader<T> reader) throws IOException {
    this.path = path;
    this.reader = reader;
    this.read = bytes(path);
    this.current = reader.parsed(read);
  }

  /** What counts now: the file's where it changed, else what was learned since. */
  synchronized T get() {
    try {
      byte[] bytes = bytes(path);
      if (!Arrays.equals(bytes, read)) {
        current = reader.parsed(bytes);
        read = bytes;
      }
    } catch (IOException unreadable) {
      // what was learned from the broker is as good as before
      LOG.log(System.Logger.Level.DEBUG, "the trust file is not read again", unreadable);
    }
    return current;
  }

  synchronized void learn(UnaryOperator<T> change) {
    current = change.apply(get());
  }

  private static byte[] bytes(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("trust file \"" + path + "\" is no regular file"); // a pipe waits
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("trust file \"" + path + "\" is larger than 1 MiB");
      }
      return bytes;
    }
  }
}
