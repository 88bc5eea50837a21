package io.mintmark.jose;

import io.mintmark.workload.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/** Which keys are acceptable, and which algorithm goes with which key. */
final class KeyRules {
  static final int RSA_MIN_BITS = 2048;
  static final int RSA_MAX_BITS = 8192;

  /** A larger public exponent only serves to make verification slow. */
  private static final int RSA_MAX_EXPONENT_BITS = 64;

  private KeyRules() {}

  /**
   * Whether {@code algorithm} may be used with {@code key}: type, curve and size (RFC 7518 3.3).
   */
  static boolean fits(SignatureAlgorithm algorithm, Key key) {
    return switch (algorithm) {
      case ES256 -> curveOf(key) == Curve.P256;
      case ES384 -> curveOf(key) == Curve.P384;
      case ES512 -> curveOf(key) == Curve.P521;
      case RS256, RS384, RS512, PS256, PS384, PS512 -> key instanceof RSAKey rsa && sized(rsa);
      case EDDSA -> isEd25519(key);
    };
  }

  /**
   * What is wrong with a public key from outside; null where nothing is: EC P-256, P-384, P-521
   * with a point on the curve, RSA of 2048 to 8192 bits, Ed25519.
   */
  static @Nullable String objection(Key key) {
    if (key instanceof ECPublicKey elliptic) {
      Curve curve = curveOf(elliptic);
      if (curve == null) {
        return "the curve is none of P-256, P-384, P-521";
      }
      return isOnCurve(elliptic.getW(), curve.parameters())
          ? null
          : "the point is not on its curve";
    }
    if (key instanceof RSAPublicKey rsa) {
      return rsaObjection(rsa);
    }
    return isEd25519(key) ? null : "the key is none of EC, RSA, Ed25519";
  }

  /** Whether a signature takes much longer to verify than by any key without an objection. */
  static boolean isDear(Key key) {
    return key instanceof RSAPublicKey rsa
        && (rsa.getModulus().bitLength() > RSA_MAX_BITS
            || rsa.getPublicExponent().bitLength() > RSA_MAX_EXPONENT_BITS);
  }

  static boolean isEd25519(Key key) {
    return key instanceof EdECKey edwards
        && NamedParameterSpec.ED25519.getName().equals(edwards.getParams().getName());
  }

  /** The curve by all of its parameters, so that a generator of the attacker's never passes. */
  static @Nullable Curve curveOf(Key key) {
    if (!(key instanceof ECKey elliptic)) {
      return null;
    }
    ECParameterSpec parameters = elliptic.getParams();
    if (parameters == null) {
      return null;
    }
    for (Curve curve : Curve.values()) {
      ECParameterSpec known = curve.parameters();
      if (known.getOrder().equals(parameters.getOrder())
          && known.getCofactor() == parameters.getCofactor()
          && known.getCurve().getField().equals(parameters.getCurve().getField())
          && known.getCurve().getA().equals(parameters.getCurve().getA())
          && known.getCurve().getB().equals(parameters.getCurve().getB())
          && known.getGenerator().equals(parameters.getGenerator())) {
        return curve;
      }
    }
    return null;
  }

  private static boolean sized(RSAKey key) {
    int bits = key.getModulus().bitLength();
    return bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS;
  }

  private static @Nullable String rsaObjection(RSAPublicKey key) {
    if (!sized(key)) {
      return "the RSA modulus is not of 2048 to 8192 bits";
    }
    BigInteger exponent = key.getPublicExponent();
    if (!key.getModulus().testBit(0)
        || !exponent.testBit(0)
        || exponent.compareTo(BigInteger.TWO) < 0
        || exponent.bitLength() < 2
        || exponent.bitLength() > RSA_MAX_EXPONENT_BITS) {
      return "the RSA modulus or exponent is not odd and in range";
    }
    return null;
  }

  /** y² = x³ + ax + b (mod p), both coordinates in range (SEC 1 section 3.2.2.1). */
  private static boolean isOnCurve(ECPoint point, ECParameterSpec parameters) {
    if (point.equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.pow(3)
            .add(parameters.getCurve().getA().multiply(x))
            .add(parameters.getCurve().getB())
            .mod(p);
    return y.multiply(y).mod(p).equals(right);
  }
}
