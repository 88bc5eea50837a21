package io.mintmark.ledger;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A signer with a key made from a number. */
public final class TestKey implements CheckpointSigner {
  private final byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];

  public TestKey(int seed) {
    Arrays.fill(secret, (byte) seed);
  }

  @Override
  public byte[] publicKey() {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    return key;
  }

  @Override
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
    return signature;
  }
}
