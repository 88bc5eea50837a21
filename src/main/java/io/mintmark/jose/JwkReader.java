package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One member of a JWK set as a usable public key, or nothing. */
final class JwkReader {
  private static final int MAX_KEY_ID = 256;
  private static final int MAX_CERTIFICATE = 64 * 1024;
  private static final int ED25519_OCTETS = 32;

  /** Uses that a verifier may meet; a key without {@code use} may do everything. */
  private static final Set<String> USES = Set.of("sig", "jwt-svid", "x509-svid", "wit-svid");

  private JwkReader() {}

  /** Empty for a key that is broken, weak, of an unknown type, or meant for something else. */
  static Optional<Jwk> read(JsonNode json) {
    try {
      return Optional.ofNullable(readOrNull(json));
    } catch (MalformedJose | GeneralSecurityException | RuntimeException broken) {
      return Optional.empty();
    }
  }

  private static @Nullable Jwk readOrNull(JsonNode json)
      throws MalformedJose, GeneralSecurityException {
    String keyId = json.has("kid") ? text(json, "kid") : null;
    String use = json.has("use") ? text(json, "use") : null;
    if ((keyId != null && keyId.length() > MAX_KEY_ID)
        || (use != null && !USES.contains(use))
        || !mayVerify(json)) {
      return null;
    }
    PublicKey key = key(json);
    if (key == null || KeyRules.objection(key) != null) {
      return null;
    }
    SignatureAlgorithm algorithm = null;
    if (json.has("alg")) {
      algorithm = SignatureAlgorithm.ofWord(text(json, "alg")).orElse(null);
      if (algorithm == null || !KeyRules.fits(algorithm, key)) {
        return null;
      }
    }
    X509Certificate certificate = json.has("x5c") ? certificate(json.get("x5c")) : null;
    // RFC 7517 section 4.7: the first certificate holds the very key of the other members
    if (certificate != null
        && !Jwk.thumbprint(certificate.getPublicKey()).equals(Jwk.thumbprint(key))) {
      return null;
    }
    return new Jwk(keyId, use, algorithm, Crypto.adopt(key), certificate);
  }

  private static boolean mayVerify(JsonNode json) {
    JsonNode operations = json.get("key_ops");
    if (operations == null) {
      return true;
    }
    for (JsonNode operation : operations) {
      if ("verify".equals(operation.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable PublicKey key(JsonNode json)
      throws MalformedJose, GeneralSecurityException {
    return switch (text(json, "kty")) {
      case "EC" -> elliptic(json);
      case "RSA" -> key("RSA", new RSAPublicKeySpec(unsigned(json, "n"), unsigned(json, "e")));
      case "OKP" -> edwards(json);
      default -> null;
    };
  }

  private static @Nullable PublicKey elliptic(JsonNode json)
      throws MalformedJose, GeneralSecurityException {
    Curve curve = Curve.ofWord(text(json, "crv")).orElse(null);
    if (curve == null) {
      return null;
    }
    byte[] x = Base64Url.decode(text(json, "x"), "x");
    byte[] y = Base64Url.decode(text(json, "y"), "y");
    if (x.length != curve.octets() || y.length != curve.octets()) {
      return null;
    }
    ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    return key("EC", new ECPublicKeySpec(point, curve.parameters()));
  }

  private static @Nullable PublicKey edwards(JsonNode json)
      throws MalformedJose, GeneralSecurityException {
    byte[] point = Base64Url.decode(text(json, "x"), "x");
    if (!"Ed25519".equals(text(json, "crv")) || point.length != ED25519_OCTETS) {
      return null;
    }
    boolean odd = (point[ED25519_OCTETS - 1] & 0x80) != 0;
    byte[] y = new byte[ED25519_OCTETS];
    for (int i = 0; i < ED25519_OCTETS; i++) {
      y[i] = point[ED25519_OCTETS - 1 - i];
    }
    y[0] &= 0x7f;
    return key(
        "Ed25519",
        new EdECPublicKeySpec(
            NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
  }

  /** By the JDK, whose key objects take any numbers: the rules are checked after, in one place. */
  private static PublicKey key(String type, KeySpec spec) throws GeneralSecurityException {
    return KeyFactory.getInstance(type, type.equals("RSA") ? "SunRsaSign" : "SunEC")
        .generatePublic(spec);
  }

  private static BigInteger unsigned(JsonNode json, String name) throws MalformedJose {
    byte[] bytes = Base64Url.decode(text(json, name), name);
    if (bytes.length > KeyRules.RSA_MAX_BITS / 8 + 1) {
      throw new IllegalArgumentException("the number is too large");
    }
    return new BigInteger(1, bytes);
  }

  private static X509Certificate certificate(JsonNode chain) throws GeneralSecurityException {
    String first = chain.isArray() ? chain.path(0).textValue() : null;
    // RFC 4648 section 3.2: with its padding, which Java's decoder does not ask for
    if (first == null || first.length() > MAX_CERTIFICATE || first.length() % 4 != 0) {
      throw new IllegalArgumentException("x5c holds no certificate");
    }
    ByteArrayInputStream der = new ByteArrayInputStream(Base64.getDecoder().decode(first));
    X509Certificate certificate =
        (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
    if (der.available() > 0) {
      throw new IllegalArgumentException("x5c has bytes after the certificate");
    }
    return certificate;
  }

  private static String text(JsonNode json, String name) {
    String text = json.path(name).textValue();
    if (text == null) {
      throw new IllegalArgumentException("a member is not a string");
    }
    return text;
  }
}
