package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.security.PublicKey;

/**
 * A private key that can be used and not read: of a file, and later of a token or a key service.
 */
public interface SigningKey {
  SignatureAlgorithm algorithm();

  PublicKey publicKey();

  /** Signs as JWS wants it (RFC 7518 section 3): for ECDSA the raw r and s. Never waits. */
  byte[] sign(byte[] message);
}
