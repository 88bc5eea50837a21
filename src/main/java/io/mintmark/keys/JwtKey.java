package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;

/** The key that signs tokens of one use at present. */
public final class JwtKey {
  private final String id;
  private final SigningKey key;
  private final byte[] encodedHeader;

  JwtKey(KeyUse use, String id, SigningKey key) {
    String type = use.tokenType();
    if (type == null) {
      throw new IllegalArgumentException(use + " keys sign no tokens");
    }
    this.id = id;
    this.key = key;
    String header =
        "{\"alg\":\""
            + key.algorithm().word()
            + "\",\"kid\":\""
            + id
            + "\",\"typ\":\""
            + type
            + "\"}";
    this.encodedHeader =
        Base64.getUrlEncoder().withoutPadding().encode(header.getBytes(StandardCharsets.US_ASCII));
  }

  /** The {@code kid}. */
  public String id() {
    return id;
  }

  public SignatureAlgorithm algorithm() {
    return key.algorithm();
  }

  public PublicKey publicKey() {
    return key.publicKey();
  }

  /** The base64url of the JOSE header: alg, kid and the typ of the key's use, and nothing else. */
  public byte[] encodedHeader() {
    return encodedHeader.clone();
  }

  /** Signs as JWS wants it. */
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }

  @Override
  public String toString() {
    return "JwtKey[" + id + ", redacted]";
  }
}
