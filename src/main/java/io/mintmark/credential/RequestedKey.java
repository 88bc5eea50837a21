package io.mintmark.credential;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** The public key of a certificate request, and whether it deserves a certificate. */
final class RequestedKey {
  /** FIPS 186-5 section 5.1: smaller ones have a history of attacks on sloppy padding checks. */
  private static final BigInteger LEAST_EXPONENT = BigInteger.valueOf(65537);

  /** All odd primes below 752, as the CA/Browser Forum checks for. */
  private static final BigInteger SMALL_PRIMES = smallPrimes();

  private RequestedKey() {}

  static PublicKey parse(CertificationRequestInfo info) throws MalformedCsr {
    return parse(info.getSubjectPublicKeyInfo());
  }

  static PublicKey parse(SubjectPublicKeyInfo encoded) throws MalformedCsr {
    String type = type(encoded);
    PublicKey key;
    try {
      key =
          KeyFactory.getInstance(type)
              .generatePublic(new X509EncodedKeySpec(encoded.getEncoded(ASN1Encoding.DER)));
    } catch (GeneralSecurityException | IOException | RuntimeException hostile) {
      throw unacceptable("the key of the certificate request is not valid");
    }
    String objection = objection(encoded, key);
    if (objection != null) {
      throw unacceptable("the key of the certificate request is refused: " + objection);
    }
    try {
      return Crypto.adopt(key);
    } catch (IllegalArgumentException e) {
      throw unacceptable("the key of the certificate request is not valid");
    }
  }

  private static String type(SubjectPublicKeyInfo encoded) throws MalformedCsr {
    ASN1ObjectIdentifier algorithm = encoded.getAlgorithm().getAlgorithm();
    ASN1Encodable parameters = encoded.getAlgorithm().getParameters();
    if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      if (!(parameters instanceof ASN1ObjectIdentifier)) {
        throw unacceptable("the key of the certificate request does not name its curve");
      }
      return "EC";
    }
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)
        && DERNull.INSTANCE.equals(parameters)) {
      return "RSA";
    }
    if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519) && parameters == null) {
      return "Ed25519";
    }
    throw unacceptable("the key of the certificate request is none of EC, RSA, Ed25519");
  }

  private static @Nullable String objection(SubjectPublicKeyInfo encoded, PublicKey key) {
    String objection = Crypto.objection(key);
    if (objection != null) {
      return objection;
    }
    if (key instanceof RSAPublicKey rsa) {
      if (rsa.getPublicExponent().compareTo(LEAST_EXPONENT) < 0) {
        return "the RSA exponent is smaller than 65537";
      }
      if (!rsa.getModulus().gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
        return "the RSA modulus has a small factor";
      }
    }
    if (encoded.getAlgorithm().getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
      byte[] point = encoded.getPublicKeyData().getOctets();
      // a point of small order verifies signatures that anyone can make
      if (point.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyFull(point, 0)) {
        return "the point is not of the prime-order group";
      }
    }
    return null;
  }

  private static BigInteger smallPrimes() {
    BigInteger product = BigInteger.ONE;
    for (BigInteger prime = BigInteger.valueOf(3);
        prime.bitLength() <= 10 && prime.intValue() < 752;
        prime = prime.nextProbablePrime()) {
      product = product.multiply(prime);
    }
    return product;
  }

  private static MalformedCsr unacceptable(String message) {
    return new MalformedCsr(Reason.CSR_KEY, message);
  }
}
