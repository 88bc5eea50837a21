package io.mintmark.sidecar.files;

import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The credentials and bundles of one moment that a file is written from. */
record Holdings(Map<Wanted, Held> held, Map<TrustDomain, Bundle> bundles) {
  Holdings {
    held = Map.copyOf(held);
    bundles = Map.copyOf(bundles);
  }

  /** When the first of them must not be used any more. */
  Instant expiresAt() {
    return held.values().stream()
        .map(Held::expiresAt)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  Held.Token token(Wanted wanted) {
    if (held.get(wanted) instanceof Held.Token token) {
      return token;
    }
    throw new IllegalStateException("there is no token where one was compiled");
  }

  Held.Certificate certificate(Wanted wanted) {
    if (held.get(wanted) instanceof Held.Certificate certificate) {
      return certificate;
    }
    throw new IllegalStateException("there is no certificate where one was compiled");
  }

  Bundle bundle(TrustDomain trustDomain) throws NotWritable {
    Bundle bundle = bundles.get(trustDomain);
    if (bundle == null) {
      throw new NotWritable("there is no bundle of trust domain \"" + trustDomain.name() + "\"");
    }
    return bundle;
  }

  /** The authorities of a certificate's own domain, then those of the others by name. */
  List<X509Certificate> authorities(Held.Certificate svid, boolean federated) throws NotWritable {
    TrustDomain own = svid.workload().trustDomain();
    List<X509Certificate> authorities = new ArrayList<>(bundle(own).x509Authorities());
    if (authorities.isEmpty()) {
      throw new NotWritable("trust domain \"" + own.name() + "\" has no X.509 authority");
    }
    if (federated) {
      bundles.values().stream()
          .filter(bundle -> !bundle.trustDomain().equals(own))
          .sorted(Comparator.comparing(bundle -> bundle.trustDomain().name()))
          .forEach(bundle -> authorities.addAll(bundle.x509Authorities()));
    }
    return authorities.stream().distinct().toList();
  }
}
