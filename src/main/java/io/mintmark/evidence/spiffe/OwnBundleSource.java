package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.KeySource;
import io.mintmark.spiffe.Bundle;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The broker's own bundle, which is always as new as its keys. */
record OwnBundleSource(Supplier<Bundle> bundle, InstantSource clock) implements KeySource<Bundle> {
  @Override
  public Bundle current(Instant now) {
    return bundle.get();
  }

  @Override
  public boolean mayRefresh(Instant now) {
    return false;
  }

  @Override
  public Bundle refreshed(Instant now) {
    return bundle.get();
  }

  @Override
  public Instant lastGood() {
    return clock.instant();
  }

  @Override
  public @Nullable String lastError() {
    return null;
  }

  @Override
  public void close() {}
}
