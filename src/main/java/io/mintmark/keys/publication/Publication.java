package io.mintmark.keys.publication;

import io.mintmark.spiffe.Bundle;

/** What the world may see of the key ring: prepared, active and retiring public keys. */
public interface Publication {
  /** The JWK set of {@code /oauth2/jwks}: token keys and JWT-SVID keys. */
  byte[] jwks();

  /** The broker's own SPIFFE trust bundle: SVID keys only. */
  Bundle bundle();
}
