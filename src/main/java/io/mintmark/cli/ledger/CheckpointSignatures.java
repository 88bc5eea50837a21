package io.mintmark.cli.ledger;

import io.mintmark.jose.Crypto;
import io.mintmark.ledger.tree.SignatureCheck;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Checks checkpoints' signatures with the crypto provider in use. */
final class CheckpointSignatures implements SignatureCheck {
  /** What comes before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4). */
  private static final byte[] INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  private record Adopted(byte[] raw, PublicKey key) {}

  private volatile @Nullable Adopted last;

  @Override
  public boolean verifies(byte[] key, byte[] message, byte[] signature) {
    return Crypto.verify(SignatureAlgorithm.EDDSA, adopted(key), message, signature);
  }

  private PublicKey adopted(byte[] raw) {
    Adopted known = last;
    if (known == null || !Arrays.equals(known.raw(), raw)) {
      known = new Adopted(raw.clone(), Crypto.adopt(parsed(raw)));
      last = known;
    }
    return known.key();
  }

  private static PublicKey parsed(byte[] raw) {
    byte[] info = Arrays.copyOf(INFO, INFO.length + raw.length);
    System.arraycopy(raw, 0, info, INFO.length, raw.length);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has Ed25519", impossible);
    }
  }
}
