package io.mintmark.sidecar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * A file whose content is looked at, not its dates: a ConfigMap changes by a link that moves. For
 * one thread at a time.
 */
final class WatchedFile {
  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 1 << 20;

  private final Path path;
  private byte[] seen;
  private long notBefore = System.nanoTime();

  WatchedFile(Path path) {
    this.path = path;
    this.seen = content();
  }

  /**
   * Has a change taken up; where that is not to be done now, such as where a port that another has
   * may be free soon, it is tried again after half a minute.
   *
   * @param take whether the change is done with
   */
  void look(BooleanSupplier take) {
    byte[] now = content();
    boolean changed = now.length > 0 && !Arrays.equals(now, seen);
    if (changed && System.nanoTime() - notBefore >= 0) {
      if (take.getAsBoolean()) {
        seen = now;
      } else {
        notBefore = System.nanoTime() + AGAIN.toNanos();
      }
    }
  }

  /**
   * Empty where it cannot be read: an editor may be about to put it back. No pipe is waited for.
   */
  private byte[] content() {
    if (!Files.isRegularFile(path)) {
      return new byte[0];
    }
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_BYTES);
    } catch (IOException unreadable) {
      return new byte[0];
    }
  }
}
