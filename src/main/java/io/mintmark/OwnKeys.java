package io.mintmark;

import io.mintmark.api.Published;
import io.mintmark.keys.publication.Publication;
import io.mintmark.spiffe.Bundle;
import java.time.Duration;
import java.util.Map;

/** What the key ring publishes, as the API hands it out. */
record OwnKeys(Publication publication, Duration hint) implements Published {
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
}
