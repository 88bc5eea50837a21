package io.mintmark.jose;

import io.mintmark.workload.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The crypto provider in use: Amazon Corretto where its native library loads, else Bouncy Castle
 * for elliptic curves and the JDK for the rest. Chosen once; {@code -Dmintmark.crypto=accp|bc|jdk}
 * forces one. Nothing here waits or locks, so it may run on an event loop.
 */
public final class Crypto {
  private static final Providers PROVIDERS =
      Providers.choose(System.getProperty(Providers.PROPERTY));

  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "Ed25519");

  private Crypto() {}

  /** One line for the log and {@code mintmark version}, such as {@code ACCP 2.5.0}. */
  public static String providerName() {
    return PROVIDERS.name();
  }

  /**
   * Signs as JWS wants it: for ECDSA the raw r and s (RFC 7518 section 3.4). Throws {@link
   * IllegalArgumentException} where key and algorithm do not fit.
   */
  public static byte[] sign(SignatureAlgorithm algorithm, PrivateKey key, byte[] message) {
    if (!KeyRules.fits(algorithm, key)) {
      throw new IllegalArgumentException("the private key does not fit " + algorithm.word());
    }
    try {
      Signature signature = signature(algorithm);
      signature.initSign(key instanceof EdECKey ? adopt(key) : key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + algorithm.word(), e);
    }
  }

  /**
   * Signs as X.509 wants it: for ECDSA r and s in DER (RFC 3279 section 2.2.3). Throws {@link
   * IllegalArgumentException} where key and algorithm do not fit, or for PS256 to PS512.
   */
  public static byte[] signDer(SignatureAlgorithm algorithm, PrivateKey key, byte[] message) {
    return CertificateSignature.sign(algorithm, key, message);
  }

  /** Verifies a JWS signature; false for anything that does not fit or does not parse. */
  public static boolean verify(
      SignatureAlgorithm algorithm, PublicKey key, byte[] message, byte[] signature) {
    return verify(algorithm, key, message, message.length, signature);
  }

  /** Verifies over the first {@code length} bytes of {@code message}. */
  static boolean verify(
      SignatureAlgorithm algorithm, PublicKey key, byte[] message, int length, byte[] signature) {
    if (!KeyRules.fits(algorithm, key) || !wellFormed(algorithm, key, signature)) {
      return false;
    }
    try {
      Signature verifier = signature(algorithm);
      verifier.initVerify(key instanceof EdECKey ? adopt(key) : key);
      verifier.update(message, 0, length);
      return verifier.verify(signature);
    } catch (GeneralSecurityException | RuntimeException hostile) {
      return false;
    }
  }

  /** A new key pair for this algorithm, of the provider in use; RSA has 2048 bits. */
  public static KeyPair generate(SignatureAlgorithm algorithm) {
    try {
      return switch (algorithm) {
        case ES256 -> elliptic(Curve.P256);
        case ES384 -> elliptic(Curve.P384);
        case ES512 -> elliptic(Curve.P521);
        case RS256, RS384, RS512, PS256, PS384, PS512 -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", PROVIDERS.rsa());
          generator.initialize(KeyRules.RSA_MIN_BITS);
          yield generator.generateKeyPair();
        }
        case EDDSA ->
            KeyPairGenerator.getInstance("Ed25519", PROVIDERS.edwardsKeys()).generateKeyPair();
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot generate a key for " + algorithm.word(), e);
    }
  }

  /**
   * The same key as an object of the provider in use, which saves a translation at each signature.
   * Throws {@link IllegalArgumentException} for a key of another type or an invalid one.
   */
  public static PublicKey adopt(PublicKey key) {
    return (PublicKey) adopt((Key) key);
  }

  /** As {@link #adopt(PublicKey)}; a key that cannot be encoded (of a token) stays what it is. */
  public static PrivateKey adopt(PrivateKey key) {
    return (PrivateKey) adopt((Key) key);
  }

  /**
   * A private key from PKCS #8 DER, as an object of the provider in use. Throws {@link
   * IllegalArgumentException} without saying what the bytes are.
   */
  public static PrivateKey privateKey(byte[] pkcs8) {
    for (String type : KEY_TYPES) {
      try {
        return KeyFactory.getInstance(type, PROVIDERS.keys(type))
            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException | RuntimeException next) {
        // not of this type
      }
    }
    throw new IllegalArgumentException("the private key is no PKCS #8 of EC, RSA or Ed25519");
  }

  /**
   * A public key from X.509 SubjectPublicKeyInfo DER, as an object of the provider in use. Throws
   * {@link IllegalArgumentException} for bytes that are none and for keys with an {@link
   * #objection}.
   */
  public static PublicKey publicKey(byte[] subjectPublicKeyInfo) {
    for (String type : KEY_TYPES) {
      try {
        PublicKey key =
            KeyFactory.getInstance(type, PROVIDERS.keys(type))
                .generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
        if (KeyRules.objection(key) == null) {
          return key;
        }
      } catch (GeneralSecurityException | RuntimeException next) {
        // not of this type
      }
    }
    throw new IllegalArgumentException("the public key is no acceptable EC, RSA or Ed25519 key");
  }

  /**
   * What is wrong with a public key from outside, for operators; null where nothing is: EC P-256,
   * P-384 or P-521 with a point on its curve, RSA of 2048 to 8192 bits, Ed25519.
   */
  public static @Nullable String objection(PublicKey key) {
    return KeyRules.objection(key);
  }

  /**
   * Whether verifying by a key takes much longer than by any without an {@link #objection}, so that
   * it is to be turned away before anything is verified.
   */
  public static boolean isDear(PublicKey key) {
    return KeyRules.isDear(key);
  }

  /** Whether {@code algorithm} may be used with {@code key}: type, curve and size. */
  public static boolean fits(SignatureAlgorithm algorithm, Key key) {
    return KeyRules.fits(algorithm, key);
  }

  /**
   * Whether {@code issuer} signed {@code certificate}: ECDSA or RSA (PKCS #1 or PSS) with SHA-256,
   * SHA-384 or SHA-512, or Ed25519; false for all else. Nothing but the signature is looked at.
   */
  public static boolean verifyCertificate(X509Certificate certificate, PublicKey issuer) {
    return CertificateSignature.verify(certificate, issuer);
  }

  /** SHA-256 by the provider in use. */
  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256", PROVIDERS.digest()).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no SHA-256", e);
    }
  }

  /** A {@link Signature} of the provider in use by its JCA name, for a key of {@code type}. */
  static Signature signature(String name, Key key) throws GeneralSecurityException {
    String type = typeOf(key);
    return Signature.getInstance(
        name, type.equals("Ed25519") ? PROVIDERS.edwards() : PROVIDERS.keys(type));
  }

  private static Signature signature(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format", PROVIDERS.elliptic());
      case ES384 -> Signature.getInstance("SHA384withECDSAinP1363Format", PROVIDERS.elliptic());
      case ES512 -> Signature.getInstance("SHA512withECDSAinP1363Format", PROVIDERS.elliptic());
      case RS256 -> Signature.getInstance("SHA256withRSA", PROVIDERS.rsa());
      case RS384 -> Signature.getInstance("SHA384withRSA", PROVIDERS.rsa());
      case RS512 -> Signature.getInstance("SHA512withRSA", PROVIDERS.rsa());
      case PS256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
      case PS384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
      case PS512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
      case EDDSA -> Signature.getInstance("Ed25519", PROVIDERS.edwards());
    };
  }

  /** RFC 7518 section 3.5: the salt is as long as the digest. */
  static Signature pss(String digest, MGF1ParameterSpec mask, int salt)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS", PROVIDERS.rsa());
    signature.setParameter(new PSSParameterSpec(digest, "MGF1", mask, salt, 1));
    return signature;
  }

  /**
   * The length that the algorithm fixes, and for ECDSA r and s in 1 to n - 1: a verifier that
   * forgot this took r = s = 0 for everybody's signature (CVE-2022-21449).
   */
  private static boolean wellFormed(SignatureAlgorithm algorithm, PublicKey key, byte[] signature) {
    return switch (algorithm) {
      case ES256 -> inRange(Curve.P256, signature);
      case ES384 -> inRange(Curve.P384, signature);
      case ES512 -> inRange(Curve.P521, signature);
      case RS256, RS384, RS512, PS256, PS384, PS512 ->
          key instanceof RSAKey rsa && signature.length == (rsa.getModulus().bitLength() + 7) / 8;
      case EDDSA -> signature.length == 64;
    };
  }

  private static boolean inRange(Curve curve, byte[] signature) {
    int octets = curve.octets();
    if (signature.length != 2 * octets) {
      return false;
    }
    BigInteger order = curve.parameters().getOrder();
    BigInteger r = new BigInteger(1, Arrays.copyOf(signature, octets));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, octets, 2 * octets));
    return r.signum() > 0 && r.compareTo(order) < 0 && s.signum() > 0 && s.compareTo(order) < 0;
  }

  private static KeyPair elliptic(Curve curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDERS.elliptic());
    generator.initialize(new ECGenParameterSpec(curve.standardName()));
    return generator.generateKeyPair();
  }

  /** The translation of a key that is not yet of the provider's own classes. */
  private static Key adopt(Key key) {
    String type = typeOf(key);
    Provider provider = PROVIDERS.keys(type);
    if (Providers.sameHouse(key, provider)) {
      return key;
    }
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      return key;
    }
    try {
      KeyFactory factory = KeyFactory.getInstance(type, provider);
      return key instanceof PublicKey
          ? factory.generatePublic(new X509EncodedKeySpec(encoded))
          : factory.generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException("the " + type + " key is not valid");
    }
  }

  private static String typeOf(Key key) {
    if (key instanceof ECKey) {
      return "EC";
    }
    if (key instanceof RSAKey) {
      return "RSA";
    }
    if (KeyRules.isEd25519(key)) {
      return "Ed25519";
    }
    throw new IllegalArgumentException("the key is none of EC, RSA, Ed25519");
  }
}
