package io.mintmark.evidence.trust;

import io.mintmark.evidence.KeySource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key source whose keys a test sets. */
final class FakeSource<T> implements KeySource<T> {
  @Nullable T keys;

  /** What a fetch would bring; null where one is not due. */
  @Nullable T next;

  /** Whether it fails as no source may. */
  boolean broken;

  int fetches;
  boolean closed;

  @Override
  public @Nullable T current(Instant now) {
    if (broken) {
      throw new IllegalStateException("broken");
    }
    return keys;
  }

  @Override
  public boolean mayRefresh(Instant now) {
    return next != null;
  }

  @Override
  public @Nullable T refreshed(Instant now) {
    fetches++;
    keys = next;
    next = null;
    return keys;
  }

  @Override
  public @Nullable Instant lastGood() {
    return keys == null ? null : World.NOW.minusSeconds(7);
  }

  @Override
  public @Nullable String lastError() {
    return keys == null ? "unreachable" : null;
  }

  @Override
  public void close() {
    closed = true;
  }
}
