package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A file that says whom to believe. It counts at first, and again only when its content changes:
 * somebody put it there on purpose, while an old file would let an authority vouch that was rotated
 * out long ago. What was learned since may be kept for the next start.
 */
final class TrustFile<T> {
  private static final System.Logger LOG = System.getLogger(TrustFile.class.getName());
  private static final int MAX_BYTES = 1 << 20;

  private final Path path;
  private final Reader<T> reader;
  private final @Nullable KeptTrust kept;
  private final @Nullable Sha256 bound;
  private byte[] read;
  private @Nullable String objection;
  private T current;

  /** What makes sense of a file's content; where there is none, it says so in a sentence. */
  interface Reader<T> {
    T parsed(byte[] content) throws IOException;

    /** What was learned by this file, to be kept. */
    byte[] written(T learned);

    /** What {@link #written} has written. */
    T restored(byte[] kept) throws IOException;
  }

  /**
   * @param kept where what was learned is kept; null where it is not
   * @param bound the only content that counts; null where any does
   * @throws IOException with a sentence where it cannot be read, makes no sense or is another
   */
  TrustFile(Path path, @Nullable Path kept, @Nullable Sha256 bound, Reader<T> reader)
      throws IOException {
    this.path = path;
    this.reader = reader;
    this.kept = kept == null ? null : new KeptTrust(kept);
    this.bound = bound;
    this.read = bytes(path);
    String another = another(read);
    if (another != null) {
      throw new IOException(another);
    }
    this.current = first();
  }

  private T first() throws IOException {
    T parsed = reader.parsed(read);
    byte[] learned = kept == null ? null : kept.of(read);
    try {
      return learned == null ? parsed : reader.restored(learned);
    } catch (IOException broken) {
      LOG.log(System.Logger.Level.WARNING, "what was kept of \"" + path + "\" makes no sense");
      return parsed;
    }
  }

  /** What counts now: the file's where it changed, else what was learned since. */
  synchronized T get() {
    try {
      byte[] bytes = bytes(path);
      String another = another(bytes);
      if (another != null && !another.equals(objection)) {
        LOG.log(System.Logger.Level.ERROR, another + "; what was believed before still is");
      }
      objection = another;
      if (another == null && !Arrays.equals(bytes, read)) {
        current = reader.parsed(bytes);
        read = bytes;
      }
    } catch (IOException unreadable) {
      // what was learned from the broker is as good as before
      LOG.log(System.Logger.Level.DEBUG, "the trust file is not read again", unreadable);
    }
    return current;
  }

  /** Why the file's content is not taken up, in a sentence; null where it may be. */
  synchronized @Nullable String objection() {
    var _ = get();
    return objection;
  }

  private @Nullable String another(byte[] content) {
    String wrong = Sha256.objection(bound, content);
    return wrong == null ? null : "trust file \"" + path + "\" " + wrong;
  }

  synchronized void learn(UnaryOperator<T> change) {
    T before = get();
    current = change.apply(before);
    if (kept != null && !current.equals(before)) {
      kept.keep(read, reader.written(current));
    }
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
