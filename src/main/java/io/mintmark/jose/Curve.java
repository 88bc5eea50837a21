package io.mintmark.jose;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The NIST curves of RFC 7518 section 6.2.1.1. */
enum Curve {
  P256("P-256", "secp256r1", 32),
  P384("P-384", "secp384r1", 48),
  P521("P-521", "secp521r1", 66);

  private final String word;
  private final String standardName;
  private final int octets;

  @SuppressWarnings("ImmutableEnumChecker") // it is immutable, but does not say so
  private final ECParameterSpec parameters;

  Curve(String word, String standardName, int octets) {
    this.word = word;
    this.standardName = standardName;
    this.octets = octets;
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC", "SunEC");
      named.init(new ECGenParameterSpec(standardName));
      this.parameters = named.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK does not know " + standardName, e);
    }
  }

  /** The {@code crv} member's value. */
  String word() {
    return word;
  }

  String standardName() {
    return standardName;
  }

  /** Octets of a coordinate, and of each of r and s (RFC 7518 sections 3.4 and 6.2.1.2). */
  int octets() {
    return octets;
  }

  ECParameterSpec parameters() {
    return parameters;
  }

  static Optional<Curve> ofWord(String word) {
    for (Curve curve : values()) {
      if (curve.word.equals(word)) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }
}
