package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.KeyFormat;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.workload.TrustDomain;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The SPIFFE bundle of one trust domain, in JSON. */
record BundleFormat(TrustDomain trustDomain) implements KeyFormat<Bundle> {
  @Override
  public Bundle parse(byte[] bytes) throws UnusableKeys {
    try {
      return Bundle.parse(trustDomain, bytes);
    } catch (MalformedBundle e) {
      throw new UnusableKeys(String.valueOf(e.getMessage()));
    }
  }

  /** A bundle that goes back in sequence is an old one, replayed. */
  @Override
  public @Nullable String objection(Bundle newer, Bundle older) {
    Long next = newer.sequence();
    Long last = older.sequence();
    return next != null && last != null && next < last
        ? "the bundle went back from spiffe_sequence %d to %d".formatted(last, next)
        : null;
  }

  /** Section 4.1.3 of Trust Domain and Bundle: every key was revoked, or none is known here. */
  @Override
  public @Nullable String warning(Bundle bundle) {
    return bundle.isEmpty()
        ? "the bundle has no usable key, so nothing of this trust domain is believed"
        : null;
  }

  @Override
  public @Nullable Duration refreshHint(Bundle bundle) {
    return bundle.refreshHint();
  }
}
