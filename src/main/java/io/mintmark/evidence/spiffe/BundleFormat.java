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
    Bundle bundle;
    try {
      bundle = Bundle.parse(trustDomain, bytes);
    } catch (MalformedBundle e) {
      throw new UnusableKeys(String.valueOf(e.getMessage()));
    }
    return usable(bundle);
  }

  static Bundle usable(Bundle bundle) throws UnusableKeys {
    if (bundle.x509Authorities().isEmpty() && bundle.jwtAuthorities().isEmpty()) {
      throw new UnusableKeys("the bundle has no usable key");
    }
    return bundle;
  }

  /** A bundle that goes back in sequence is an old one, replayed. */
  @Override
  public @Nullable String objection(Bundle newer, Bundle older) {
    Long next = newer.sequence();
    Long last = older.sequence();
    return next != null && last != null && next < last
        ? "the bundle went back from spiffe_sequence %d to %d, so the newer one is kept"
            .formatted(last, next)
        : null;
  }

  @Override
  public @Nullable Duration refreshHint(Bundle bundle) {
    return bundle.refreshHint();
  }
}
