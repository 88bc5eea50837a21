package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file was last written from, so that news of something else writes nothing. */
final class Fingerprint {
  private @Nullable Seen seen;

  private record Seen(Map<Wanted, Held> held, Map<TrustDomain, Bundle> bundles) {}

  synchronized boolean is(Content content, Holdings holdings) {
    return of(content, holdings).equals(seen);
  }

  synchronized void become(Content content, Holdings holdings) {
    seen = of(content, holdings);
  }

  private static Seen of(Content content, Holdings holdings) {
    return new Seen(holdings.held(), content.ofTrust() ? holdings.bundles() : Map.of());
  }
}
