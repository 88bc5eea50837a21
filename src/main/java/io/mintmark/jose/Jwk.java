package io.mintmark.jose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A public key of a JWK set (RFC 7517).
 *
 * @param algorithm the {@code alg} member where it is there and known: the key verifies no other
 * @param certificate the first certificate of {@code x5c}; null where there is none
 */
public record Jwk(
    @Nullable String keyId,
    @Nullable String use,
    @Nullable SignatureAlgorithm algorithm,
    PublicKey key,
    @Nullable X509Certificate certificate) {

  /**
   * Whether the key may verify a signature of {@code wanted}: type, curve, size and {@code alg}.
   */
  public boolean verifies(SignatureAlgorithm wanted) {
    return (algorithm == null || algorithm == wanted) && KeyRules.fits(wanted, key);
  }

  /** The JWK as it is published: public members only. */
  public ObjectNode toJson() {
    return JwkWriter.write(this);
  }

  /** The JWK thumbprint: base64url of SHA-256 (RFC 7638, RFC 8037 appendix A.3). */
  public static String thumbprint(PublicKey key) {
    return JwkWriter.thumbprint(key);
  }
}
