package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import java.io.IOException;
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

  /** Checks what a store has kept; throws with a sentence for the operator. */
  static void check(KeyRingStore.Contents kept) throws IOException {
    for (KeptKey key : kept.keys()) {
      if (key.key() != null && !passes(key)) {
        throw new IOException(
            "%s key \"%s\" fails its self-check: its private half is not the published one; restore the key store from a backup"
                .formatted(key.use(), key.id()));
      }
    }
    if (!kept.keys().isEmpty()
        && kept.keys().stream().noneMatch(key -> key.use() == KeyUse.CHECKPOINT)) {
      throw new IOException(
          "the key store has no checkpoint key, which is never replaced silently: restore the key"
              + " store from a backup");
    }
  }

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
