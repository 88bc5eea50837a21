package io.mintmark.jose;

import io.mintmark.workload.SignatureAlgorithm;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * The crypto provider in use: Amazon Corretto where its native library loads, else Bouncy Castle
 * for elliptic curves and the JDK for the rest.
 */
public final class Crypto {
  private Crypto() {}

  /** One line for the log and {@code mintmark version}, such as {@code ACCP 2.5.0}. */
  public static String providerName() {
    throw new UnsupportedOperationException();
  }

  /** Signs as JWS wants it: for ECDSA the raw r and s (RFC 7518 section 3.4). */
  public static byte[] sign(SignatureAlgorithm algorithm, PrivateKey key, byte[] message) {
    throw new UnsupportedOperationException();
  }

  /** Verifies a JWS signature; false for anything that does not fit or does not parse. */
  public static boolean verify(
      SignatureAlgorithm algorithm, PublicKey key, byte[] message, byte[] signature) {
    throw new UnsupportedOperationException();
  }
}
