package io.mintmark;

import io.mintmark.api.Published;
import io.mintmark.keys.publication.Publication;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the key ring publishes, as the API hands it out.
 *
 * @param believed the bundles of the trust domains that are believed now
 */
record OwnKeys(Publication publication, Duration hint, Supplier<Map<TrustDomain, Bundle>> believed)
    implements Published {
  @Override
  public byte[] jwks() {
    return publication.jwks();
  }

  @Override
  public byte[] bundle() {
    return publication.bundle().toJson();
  }

  @Override
  public Duration refreshHint() {
    return hint;
  }

  @Override
  public Map<String, byte[]> bundles() {
    Bundle bundle = publication.bundle();
    return Map.of(bundle.trustDomain().name(), bundle.toJson());
  }

  @Override
  public Map<String, byte[]> foreignBundles() {
    return believed.get().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                entry -> entry.getKey().name(), entry -> entry.getValue().toJson()));
  }
}
