package io.mintmark.workload;

import java.util.Optional;

/**
 * The signature algorithms of RFC 7518 and RFC 8037 that the broker knows; {@code none} and HMAC
 * are not among them.
 */
public enum SignatureAlgorithm {
  ES256,
  ES384,
  ES512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  EDDSA;

  /** The {@code alg} header's value. */
  public String word() {
    return this == EDDSA ? "EdDSA" : name();
  }

  /** Exact, case-sensitive look-up of an {@code alg} header's value. */
  public static Optional<SignatureAlgorithm> ofWord(String word) {
    for (SignatureAlgorithm algorithm : values()) {
      if (algorithm.word().equals(word)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
