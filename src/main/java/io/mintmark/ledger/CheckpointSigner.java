package io.mintmark.ledger;

/** Port: signs checkpoints with the log's Ed25519 key. */
public interface CheckpointSigner {
  /** The 32 bytes of the public key. */
  byte[] publicKey();

  byte[] sign(byte[] message);
}
