package io.mintmark.credential;

import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.keys.JwtKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** The compact serialization of a token that is struck here (RFC 7515 section 7.1). */
final class CompactJws {
  private static final int MAX_LENGTH = 64 * 1024;
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ");
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private CompactJws() {}

  static String sign(JwtKey key, byte[] payload) {
    byte[] header = key.encodedHeader();
    byte[] body = BASE64URL.encode(payload);
    byte[] signed = new byte[header.length + 1 + body.length];
    System.arraycopy(header, 0, signed, 0, header.length);
    signed[header.length] = '.';
    System.arraycopy(body, 0, signed, header.length + 1, body.length);
    String signature = BASE64URL.encodeToString(key.sign(signed));
    return new String(signed, StandardCharsets.ISO_8859_1) + "." + signature;
  }

  /**
   * Reads a token back, strictly. Throws {@link IllegalStateException} where it is not as meant.
   */
  static Jws check(String token, JwtKey key, String type, boolean signature) {
    Jws jws;
    try {
      jws = Jws.parse(token, MAX_LENGTH);
    } catch (MalformedJose e) {
      throw new IllegalStateException("the token struck is malformed: " + e.getMessage());
    }
    Product.check("alg", jws.algorithm() == key.algorithm());
    Product.check("kid", key.id().equals(jws.keyId()));
    Product.check("typ", type.equals(jws.type()));
    Product.check("header", jws.headerNames().equals(HEADER));
    Product.check("signature", !signature || jws.signedBy(key.publicKey()));
    return jws;
  }
}
