package io.mintmark.evidence;

import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;

/**
 * Port: makes the key sources that documents describe. A source may fetch in the background from
 * the moment it is made; one is made for each origin, and closed when no document names it any
 * more. Both throw {@link IllegalArgumentException} with a sentence for the document's author.
 */
public interface KeySources {
  /** A source of one trust domain's bundle. */
  KeySource<Bundle> bundles(BundleOrigin origin);

  /** A source of one issuer's keys. */
  KeySource<JwkSet> keys(JwksOrigin origin);
}
