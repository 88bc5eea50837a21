package io.mintmark.api;

import java.time.Duration;
import java.util.Map;

/** Port: the public halves of the broker's keys, as they are published now. */
public interface Published {
  /** The JWK set of {@code /oauth2/jwks}. */
  byte[] jwks();

  /** The SPIFFE trust bundle of {@code /spiffe/bundle}. */
  byte[] bundle();

  /** How long either may be kept by those who fetch it. */
  Duration refreshHint();

  /** Our own trust bundles, in JSON, by trust domain name. */
  Map<String, byte[]> bundles();

  /** Those of the trust domains whose SVIDs are believed now, in JSON, by trust domain name. */
  Map<String, byte[]> foreignBundles();
}
