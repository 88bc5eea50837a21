package io.mintmark;

import io.mintmark.api.Published;
import io.mintmark.keys.publication.Publication;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the key ring publishes, as the API hands it out. */
final class OwnKeys implements Published {
  private final Publication publication;
  private final Duration hint;
  private final Supplier<Map<TrustDomain, Bundle>> believed;
  private volatile @Nullable Rendered own;

  /** A bundle in JSON, which many ask for and which seldom changes. */
  private record Rendered(Bundle bundle, byte[] json) {}

  /**
   * @param hint how long what is published may be kept
   * @param believed the bundles of the trust domains that are believed now
   */
  OwnKeys(Publication publication, Duration hint, Supplier<Map<TrustDomain, Bundle>> believed) {
    this.publication = publication;
    this.hint = hint;
    this.believed = believed;
  }

  @Override
  public byte[] jwks() {
    return publication.jwks();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a bundle that is the same object has the same JSON
  public byte[] bundle() {
    Bundle now = publication.bundle();
    Rendered last = own;
    if (last == null || last.bundle() != now) {
      last = new Rendered(now, now.toJson());
      own = last;
    }
    return last.json();
  }

  @Override
  public Duration refreshHint() {
    return hint;
  }

  @Override
  public Map<String, byte[]> bundles() {
    return Map.of(publication.bundle().trustDomain().name(), bundle());
  }

  @Override
  public Map<String, byte[]> foreignBundles() {
    return believed.get().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                entry -> entry.getKey().name(), entry -> entry.getValue().toJson()));
  }
}
