package io.mintmark.jose;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.jspecify.annotations.Nullable;

/** The signature of an X.509 certificate (RFC 5280 section 4.1.1.3), by the provider in use. */
final class CertificateSignature {
  /** RSASSA-PSS with a digest, MGF1 of the same digest and a salt of its length (RFC 4055). */
  private record Pss(String digest, MGF1ParameterSpec mask, int salt) {}

  private static final List<Pss> PSS =
      List.of(
          new Pss("SHA-256", MGF1ParameterSpec.SHA256, 32),
          new Pss("SHA-384", MGF1ParameterSpec.SHA384, 48),
          new Pss("SHA-512", MGF1ParameterSpec.SHA512, 64));

  private CertificateSignature() {}

  static byte[] sign(SignatureAlgorithm algorithm, PrivateKey key, byte[] message) {
    String name =
        switch (algorithm) {
          case ES256 -> "SHA256withECDSA";
          case ES384 -> "SHA384withECDSA";
          case ES512 -> "SHA512withECDSA";
          case RS256 -> "SHA256withRSA";
          case RS384 -> "SHA384withRSA";
          case RS512 -> "SHA512withRSA";
          case EDDSA -> "Ed25519";
          case PS256, PS384, PS512 ->
              throw new IllegalArgumentException("certificates are not signed with RSASSA-PSS");
        };
    if (!KeyRules.fits(algorithm, key)) {
      throw new IllegalArgumentException("the private key does not fit " + algorithm.word());
    }
    try {
      PrivateKey own = Crypto.adopt(key);
      Signature signature = Crypto.signature(name, own);
      signature.initSign(own);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + algorithm.word(), e);
    }
  }

  static boolean verify(X509Certificate certificate, PublicKey issuer) {
    try {
      PublicKey key = Crypto.adopt(issuer);
      Signature verifier = verifierOrNull(certificate, key);
      if (verifier == null || KeyRules.objection(key) != null) {
        return false;
      }
      byte[] signature = certificate.getSignature();
      byte[] encoded = certificate.getEncoded();
      if (hasUnusedBits(encoded, signature)) {
        return false;
      }
      verifier.initVerify(key);
      verifier.update(certificate.getTBSCertificate());
      return verifier.verify(signature) && isDer(encoded);
    } catch (GeneralSecurityException | IOException | RuntimeException hostile) {
      return false;
    }
  }

  /**
   * Whether the bit string of the signature, which ends the certificate, leaves bits out. The JDK
   * overlooks that, and anyone could make a certificate with another thumbprint of a good one.
   */
  private static boolean hasUnusedBits(byte[] certificate, byte[] signature) {
    return certificate[certificate.length - signature.length - 1] != 0;
  }

  /**
   * Whether it is in DER (RFC 5280 section 4.1). The JDK takes lengths in more bytes than they
   * need, of which anyone could make a certificate with another thumbprint, too. Looked at last,
   * when all that it holds is known to be the issuer's.
   */
  private static boolean isDer(byte[] certificate) throws IOException {
    return Arrays.equals(
        ASN1Primitive.fromByteArray(certificate).getEncoded(ASN1Encoding.DER), certificate);
  }

  /** Null where the algorithm is weak or unknown, or not one of the key's type. */
  private static @Nullable Signature verifierOrNull(X509Certificate certificate, PublicKey key)
      throws GeneralSecurityException, IOException {
    return switch (certificate.getSigAlgOID()) {
      case "1.2.840.10045.4.3.2" -> elliptic("SHA256withECDSA", key);
      case "1.2.840.10045.4.3.3" -> elliptic("SHA384withECDSA", key);
      case "1.2.840.10045.4.3.4" -> elliptic("SHA512withECDSA", key);
      case "1.2.840.113549.1.1.11" -> rsa("SHA256withRSA", key);
      case "1.2.840.113549.1.1.12" -> rsa("SHA384withRSA", key);
      case "1.2.840.113549.1.1.13" -> rsa("SHA512withRSA", key);
      case "1.2.840.113549.1.1.10" -> pss(certificate, key);
      case "1.3.101.112" -> KeyRules.isEd25519(key) ? Crypto.signature("Ed25519", key) : null;
      default -> null;
    };
  }

  private static @Nullable Signature elliptic(String name, PublicKey key)
      throws GeneralSecurityException {
    return key instanceof ECPublicKey ? Crypto.signature(name, key) : null;
  }

  private static @Nullable Signature rsa(String name, PublicKey key)
      throws GeneralSecurityException {
    return key instanceof RSAPublicKey ? Crypto.signature(name, key) : null;
  }

  private static @Nullable Signature pss(X509Certificate certificate, PublicKey key)
      throws GeneralSecurityException, IOException {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null || !(key instanceof RSAPublicKey)) {
      return null;
    }
    for (Pss pss : PSS) {
      AlgorithmParameterSpec wanted =
          new PSSParameterSpec(pss.digest(), "MGF1", pss.mask(), pss.salt(), 1);
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(wanted);
      if (Arrays.equals(parameters.getEncoded(), encoded)) {
        return Crypto.pss(pss.digest(), pss.mask(), pss.salt());
      }
    }
    return null;
  }
}
