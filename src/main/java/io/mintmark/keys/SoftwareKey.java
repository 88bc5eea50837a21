package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/** A private key in this process's memory. */
public final class SoftwareKey implements SigningKey {
  private final SignatureAlgorithm algorithm;
  private final PublicKey publicKey;
  private final PrivateKey privateKey;

  /** Throws {@link IllegalArgumentException} where the keys do not fit the algorithm. */
  public SoftwareKey(SignatureAlgorithm algorithm, PublicKey publicKey, PrivateKey privateKey) {
    if (!Crypto.fits(algorithm, publicKey) || !Crypto.fits(algorithm, privateKey)) {
      throw new IllegalArgumentException("the key does not fit " + algorithm.word());
    }
    this.algorithm = algorithm;
    this.publicKey = Crypto.adopt(publicKey);
    this.privateKey = Crypto.adopt(privateKey);
  }

  public static SoftwareKey generate(SignatureAlgorithm algorithm) {
    KeyPair pair = Crypto.generate(algorithm);
    return new SoftwareKey(algorithm, pair.getPublic(), pair.getPrivate());
  }

  @Override
  public SignatureAlgorithm algorithm() {
    return algorithm;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  /** For a key store to keep: PKCS #8 and the public half, in PEM. */
  public byte[] toPem() {
    return (Pem.encode("PRIVATE KEY", privateKey.getEncoded())
            + Pem.encode("PUBLIC KEY", publicKey.getEncoded()))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What {@link #toPem} gave. Throws {@link IllegalArgumentException}, without a byte of it, where
   * it is something else.
   *
   * @param id the RFC 7638 thumbprint of the key that is meant
   */
  public static SoftwareKey fromPem(String id, SignatureAlgorithm algorithm, byte[] pem) {
    List<Pem.Block> blocks = Pem.decode(pem);
    if (blocks.size() != 2
        || !blocks.get(0).label().equals("PRIVATE KEY")
        || !blocks.get(1).label().equals("PUBLIC KEY")) {
      throw new IllegalArgumentException("not a private and a public key");
    }
    PublicKey publicKey = publicKey(algorithm, blocks.get(1).der());
    if (!Jwk.thumbprint(publicKey).equals(id)) {
      throw new IllegalArgumentException("not the key that its name says");
    }
    return new SoftwareKey(algorithm, publicKey, Crypto.privateKey(blocks.get(0).der()));
  }

  private static PublicKey publicKey(SignatureAlgorithm algorithm, byte[] der) {
    String type =
        switch (algorithm) {
          case ES256, ES384, ES512 -> "EC";
          case RS256, RS384, RS512, PS256, PS384, PS512 -> "RSA";
          case EDDSA -> "Ed25519";
        };
    try {
      return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("its public half cannot be read", e);
    }
  }

  @Override
  public byte[] sign(byte[] message) {
    return Crypto.sign(algorithm, privateKey, message);
  }

  @Override
  public String toString() {
    return "SoftwareKey[" + algorithm.word() + ", redacted]";
  }
}
