package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Signs and verifies once before a key is trusted to sign: a private half that does not belong to
 * the published one, or a faulty provider, shows here and not at every verifier.
 */
final class SelfCheck {
  private static final byte[] MESSAGE =
      "mintmark key self-check".getBytes(StandardCharsets.US_ASCII);

  private SelfCheck() {}

  static boolean passes(KeptKey kept) {
    SigningKey key = kept.key();
    if (key == null) {
      return false;
    }
    AuthorityCertificates certificates = kept.certificates();
    if (certificates != null
        && !Arrays.equals(
            certificates.issuer().getPublicKey().getEncoded(), key.publicKey().getEncoded())) {
      return false;
    }
    try {
      return Crypto.verify(key.algorithm(), key.publicKey(), MESSAGE, key.sign(MESSAGE));
    } catch (IllegalArgumentException | IllegalStateException faulty) {
      return false;
    }
  }
}
