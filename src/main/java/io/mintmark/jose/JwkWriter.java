package io.mintmark.jose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;

/** JWKs as JSON and their thumbprints. */
final class JwkWriter {
  private static final int ED25519_OCTETS = 32;

  private JwkWriter() {}

  static ObjectNode write(Jwk jwk) {
    ObjectNode json = members(jwk.key());
    if (jwk.keyId() != null) {
      json.put("kid", jwk.keyId());
    }
    if (jwk.use() != null) {
      json.put("use", jwk.use());
    }
    if (jwk.algorithm() != null) {
      json.put("alg", jwk.algorithm().word());
    }
    if (jwk.certificate() != null) {
      try {
        json.putArray("x5c")
            .add(Base64.getEncoder().encodeToString(jwk.certificate().getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalArgumentException("the certificate cannot be encoded", e);
      }
    }
    return json;
  }

  static String thumbprint(PublicKey key) {
    return Base64Url.encode(Crypto.sha256(StrictJson.bytes(members(key))));
  }

  /** The required members in lexicographic order, as RFC 7638 section 3.2 hashes them. */
  private static ObjectNode members(PublicKey key) {
    ObjectNode json = StrictJson.newObject();
    if (key instanceof ECPublicKey elliptic) {
      Curve curve = KeyRules.curveOf(elliptic);
      if (curve == null) {
        throw new IllegalArgumentException("the curve is none of P-256, P-384, P-521");
      }
      return json.put("crv", curve.word())
          .put("kty", "EC")
          .put("x", octets(elliptic.getW().getAffineX(), curve.octets()))
          .put("y", octets(elliptic.getW().getAffineY(), curve.octets()));
    }
    if (key instanceof RSAPublicKey rsa) {
      return json.put("e", minimal(rsa.getPublicExponent()))
          .put("kty", "RSA")
          .put("n", minimal(rsa.getModulus()));
    }
    if (key instanceof EdECPublicKey edwards && KeyRules.isEd25519(edwards)) {
      byte[] point = fixed(edwards.getPoint().getY(), ED25519_OCTETS);
      reverse(point);
      if (edwards.getPoint().isXOdd()) {
        point[ED25519_OCTETS - 1] |= (byte) 0x80;
      }
      return json.put("crv", "Ed25519").put("kty", "OKP").put("x", Base64Url.encode(point));
    }
    throw new IllegalArgumentException("the key is none of EC, RSA, Ed25519");
  }

  private static String octets(BigInteger value, int length) {
    return Base64Url.encode(fixed(value, length));
  }

  private static String minimal(BigInteger value) {
    return Base64Url.encode(fixed(value, (value.bitLength() + 7) / 8));
  }

  private static byte[] fixed(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[length];
    int count = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - count, fixed, length - count, count);
    return fixed;
  }

  private static void reverse(byte[] bytes) {
    byte[] copy = Arrays.copyOf(bytes, bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = copy[bytes.length - 1 - i];
    }
  }
}
