package io.mintmark.credential;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/** Whether a certificate request is signed by the key it asks for (RFC 2986 section 4.2). */
final class PossessionProof {
  private static final Map<ASN1ObjectIdentifier, SignatureAlgorithm> RSA =
      Map.of(
          PKCSObjectIdentifiers.sha256WithRSAEncryption, SignatureAlgorithm.RS256,
          PKCSObjectIdentifiers.sha384WithRSAEncryption, SignatureAlgorithm.RS384,
          PKCSObjectIdentifiers.sha512WithRSAEncryption, SignatureAlgorithm.RS512);
  private static final Map<ASN1ObjectIdentifier, SignatureAlgorithm> PSS_BY_DIGEST =
      Map.of(
          NISTObjectIdentifiers.id_sha256, SignatureAlgorithm.PS256,
          NISTObjectIdentifiers.id_sha384, SignatureAlgorithm.PS384,
          NISTObjectIdentifiers.id_sha512, SignatureAlgorithm.PS512);
  private static final Map<SignatureAlgorithm, Integer> PSS_SALT =
      Map.of(
          SignatureAlgorithm.PS256, 32, SignatureAlgorithm.PS384, 48, SignatureAlgorithm.PS512, 64);

  private static final int SHA256_OCTETS = 32;

  /** The digest's name, and the curve that JWS pairs it with. */
  private record Ecdsa(String digest, SignatureAlgorithm paired, int octets) {}

  private static final Map<ASN1ObjectIdentifier, Ecdsa> ECDSA =
      Map.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          new Ecdsa("SHA256", SignatureAlgorithm.ES256, 32),
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          new Ecdsa("SHA384", SignatureAlgorithm.ES384, 48),
          X9ObjectIdentifiers.ecdsa_with_SHA512,
          new Ecdsa("SHA512", SignatureAlgorithm.ES512, 66));

  private PossessionProof() {}

  static boolean holds(CertificationRequest request, PublicKey key) {
    try {
      byte[] message = request.getCertificationRequestInfo().getEncoded(ASN1Encoding.DER);
      byte[] signature = request.getSignature().getOctets();
      AlgorithmIdentifier identifier = request.getSignatureAlgorithm();
      Ecdsa ecdsa = ECDSA.get(identifier.getAlgorithm());
      if (ecdsa != null) {
        return identifier.getParameters() == null && ecdsa(ecdsa, key, message, signature);
      }
      SignatureAlgorithm algorithm = algorithm(identifier);
      return algorithm != null && Crypto.verify(algorithm, key, message, signature);
    } catch (IOException | RuntimeException hostile) {
      return false;
    }
  }

  /** A signature of a text whose algorithm goes without saying, as Go makes it by default. */
  static boolean holds(PublicKey key, byte[] text, byte[] signature) {
    return switch (key) {
      case RSAPublicKey rsa -> {
        // Go's salt is as long as can be, or a digest's in FIPS mode
        int longest = (rsa.getModulus().bitLength() + 6) / 8 - SHA256_OCTETS - 2;
        yield pss(rsa, text, signature, longest) || pss(rsa, text, signature, SHA256_OCTETS);
      }
      case ECPublicKey ec -> unpaired("SHA256", ec, text, signature);
      default -> Crypto.verify(SignatureAlgorithm.EDDSA, key, text, signature);
    };
  }

  private static boolean pss(RSAPublicKey key, byte[] text, byte[] signature, int salt) {
    try {
      Signature verifier = Signature.getInstance("RSASSA-PSS");
      verifier.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
      verifier.initVerify(key);
      verifier.update(text);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static @Nullable SignatureAlgorithm algorithm(AlgorithmIdentifier identifier) {
    ASN1ObjectIdentifier oid = identifier.getAlgorithm();
    ASN1Encodable parameters = identifier.getParameters();
    if (oid.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return parameters == null ? SignatureAlgorithm.EDDSA : null;
    }
    if (oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
      return pss(RSASSAPSSparams.getInstance(parameters));
    }
    return DERNull.INSTANCE.equals(parameters) ? RSA.get(oid) : null;
  }

  /** One digest throughout and a salt of its length, as RFC 7518 section 3.5 has it. */
  private static @Nullable SignatureAlgorithm pss(RSASSAPSSparams parameters) {
    ASN1ObjectIdentifier digest = parameters.getHashAlgorithm().getAlgorithm();
    SignatureAlgorithm algorithm = PSS_BY_DIGEST.get(digest);
    AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
    if (algorithm == null
        || !mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
        || !AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm().equals(digest)
        || !BigInteger.valueOf(PSS_SALT.getOrDefault(algorithm, -1))
            .equals(parameters.getSaltLength())
        || !BigInteger.ONE.equals(parameters.getTrailerField())) {
      return null;
    }
    return algorithm;
  }

  /** By the fast provider where digest and curve are a pair; openssl signs P-384 with SHA-256. */
  private static boolean ecdsa(Ecdsa ecdsa, PublicKey key, byte[] message, byte[] signature)
      throws IOException {
    byte[] raw = new byte[2 * ecdsa.octets()];
    ASN1Sequence values = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(signature));
    if (values.size() != 2 || !Arrays.equals(values.getEncoded(ASN1Encoding.DER), signature)) {
      return false;
    }
    if (Crypto.fits(ecdsa.paired(), key)) {
      for (int i = 0; i < 2; i++) {
        BigInteger value = ASN1Integer.getInstance(values.getObjectAt(i)).getValue();
        byte[] bytes = value.toByteArray();
        int skip = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
        int length = bytes.length - skip;
        if (value.signum() <= 0 || length > ecdsa.octets()) {
          return false;
        }
        System.arraycopy(bytes, skip, raw, (i + 1) * ecdsa.octets() - length, length);
      }
      return Crypto.verify(ecdsa.paired(), key, message, raw);
    }
    return key instanceof ECPublicKey && unpaired(ecdsa.digest(), key, message, signature);
  }

  private static boolean unpaired(String digest, PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(digest + "withECDSA");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
