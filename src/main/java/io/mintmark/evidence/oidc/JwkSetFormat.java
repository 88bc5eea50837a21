package io.mintmark.evidence.oidc;

import io.mintmark.evidence.KeyFormat;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.MalformedJose;

/**
 * An issuer's keys as a JWK set. One without a usable key never replaces good keys: no
 * specification says that an issuer revokes by it, and servers that start up or fail have been seen
 * to answer so.
 */
final class JwkSetFormat implements KeyFormat<JwkSet> {
  @Override
  public JwkSet parse(byte[] bytes) throws UnusableKeys {
    JwkSet keys;
    try {
      keys = JwkSet.parse(bytes);
    } catch (MalformedJose e) {
      throw new UnusableKeys(String.valueOf(e.getMessage()));
    }
    if (keys.keys().isEmpty()) {
      throw new UnusableKeys("the JWK set has no usable key");
    }
    return keys;
  }
}
