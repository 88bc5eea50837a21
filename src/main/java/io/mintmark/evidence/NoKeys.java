package io.mintmark.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source that never has keys and asks nobody for any: with it nothing is believed. */
public class NoKeys<T> implements KeySource<T> {
  @Override
  public @Nullable T current(Instant now) {
    return null;
  }

  @Override
  public boolean mayRefresh(Instant now) {
    return false;
  }

  @Override
  public @Nullable T refreshed(Instant now) {
    return null;
  }

  @Override
  public @Nullable Instant lastGood() {
    return null;
  }

  @Override
  public @Nullable String lastError() {
    return null;
  }

  @Override
  public void close() {}
}
