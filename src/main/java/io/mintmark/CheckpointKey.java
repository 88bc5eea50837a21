package io.mintmark;

import io.mintmark.keys.SigningKey;
import io.mintmark.ledger.CheckpointSigner;
import java.util.Arrays;

/** Lends the key ring's Ed25519 key to the ledger, which may not know the ring. */
final class CheckpointKey implements CheckpointSigner {
  private static final int RAW_LENGTH = 32;

  private final SigningKey key;

  CheckpointKey(SigningKey key) {
    this.key = key;
  }

  /** The end of the SubjectPublicKeyInfo is the key itself (RFC 8410 section 4). */
  @Override
  public byte[] publicKey() {
    byte[] encoded = key.publicKey().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - RAW_LENGTH, encoded.length);
  }

  @Override
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }
}
