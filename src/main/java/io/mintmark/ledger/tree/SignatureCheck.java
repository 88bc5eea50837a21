package io.mintmark.ledger.tree;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Port: verifies Ed25519 signatures (RFC 8032). A verification of millions of checkpoints spends
 * most of its time here, and there are quicker ones than {@link #PORTABLE}.
 */
public interface SignatureCheck {
  /** In Java alone, on every platform. */
  SignatureCheck PORTABLE =
      (key, message, signature) ->
          signature.length == Ed25519.SIGNATURE_SIZE
              && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);

  /**
   * Whether the signature holds; never throws because of its bytes. Called from several threads.
   *
   * @param key 32 bytes of a valid public key
   */
  boolean verifies(byte[] key, byte[] message, byte[] signature);
}
