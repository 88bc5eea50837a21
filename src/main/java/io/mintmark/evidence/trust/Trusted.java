package io.mintmark.evidence.trust;

import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.Reviewer;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who is believed at one moment, and where their keys come from.
 *
 * @param issuers by their URLs
 */
record Trusted(Map<TrustDomain, TrustedDomain> domains, Map<String, TrustedIssuer> issuers) {
  Trusted {
    domains = Map.copyOf(domains);
    issuers = Map.copyOf(issuers);
  }

  /** How their keys are, in the order of their names. */
  TrustStatus status(Instant now) {
    return new TrustStatus(
        domains.values().stream()
            .map(
                one ->
                    TrustStatus.Keys.of(one.name().name(), one.name().name(), one.bundles(), now))
            .sorted(Comparator.comparing(TrustStatus.Keys::name))
            .toList(),
        issuers.values().stream()
            .map(one -> TrustStatus.Keys.of(one.url(), one.document(), one.keys(), now))
            .sorted(Comparator.comparing(TrustStatus.Keys::name))
            .toList());
  }

  /** The bundles by which SVIDs are believed now. */
  Map<TrustDomain, Bundle> bundles(Instant now) {
    Map<TrustDomain, Bundle> bundles = new HashMap<>();
    for (TrustedDomain domain : domains.values()) {
      Bundle bundle = domain.bundles().current(now);
      if (bundle != null && !domain.accepts().isEmpty()) {
        bundles.put(domain.name(), bundle);
      }
    }
    return bundles;
  }

  List<Reviewer> reviewers() {
    return issuers.values().stream()
        .map(one -> one.review().reviewer())
        .filter(Objects::nonNull)
        .toList();
  }

  List<KeySource<?>> sources() {
    List<KeySource<?>> sources = new ArrayList<>();
    domains.values().forEach(one -> sources.add(one.bundles()));
    issuers.values().forEach(one -> sources.add(one.keys()));
    return sources;
  }
}
