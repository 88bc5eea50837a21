package io.mintmark.credential;

import io.mintmark.keys.Pem;
import io.mintmark.workload.Reason;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * A PKCS #10 request (RFC 2986) whose signature shows possession of its key, or a bare key with a
 * signature; nothing else of it is read.
 */
public record CertificateRequest(PublicKey key) {
  private static final int MAX_BYTES = 16 * 1024;
  private static final byte DER_SEQUENCE = 0x30;

  /**
   * Parses DER or PEM of at most 16 KiB and checks the request's own signature. Keys: EC P-256,
   * P-384, P-521, RSA 2048 to 8192 bits, Ed25519. Throws {@link MalformedCsr}.
   */
  public static CertificateRequest parse(byte[] bytes) throws MalformedCsr {
    if (bytes.length > MAX_BYTES) {
      throw malformed("the certificate request is larger than 16 KiB");
    }
    if (bytes.length == 0) {
      throw malformed("the certificate request is empty");
    }
    byte[] der = bytes[0] == DER_SEQUENCE ? bytes : fromPem(bytes);
    CertificationRequest request = request(der);
    PublicKey key = RequestedKey.parse(request.getCertificationRequestInfo());
    if (!PossessionProof.holds(request, key)) {
      throw malformed("the certificate request is not signed by its own key");
    }
    return new CertificateRequest(key);
  }

  /**
   * A key by itself (SubjectPublicKeyInfo in DER) and its signature of a text that is not the
   * caller's to choose: ECDSA with SHA-256, RSASSA-PSS with SHA-256 or Ed25519. Keys as in {@link
   * #parse}. Throws {@link MalformedCsr}.
   */
  public static CertificateRequest parse(byte[] publicKey, byte[] text, byte[] signature)
      throws MalformedCsr {
    if (publicKey.length > MAX_BYTES || signature.length > MAX_BYTES) {
      throw malformed("the key or its signature is larger than 16 KiB");
    }
    SubjectPublicKeyInfo encoded;
    try {
      encoded = SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(publicKey));
      if (encoded == null || !Arrays.equals(encoded.getEncoded(ASN1Encoding.DER), publicKey)) {
        throw malformed("the key is not in DER");
      }
    } catch (IOException | RuntimeException hostile) {
      throw malformed("the key is no SubjectPublicKeyInfo");
    }
    PublicKey key = RequestedKey.parse(encoded);
    if (!PossessionProof.holds(key, text, signature)) {
      throw malformed("the proof of possession is not of this key");
    }
    return new CertificateRequest(key);
  }

  private static byte[] fromPem(byte[] text) throws MalformedCsr {
    List<Pem.Block> blocks;
    try {
      blocks = Pem.decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed("the certificate request is neither DER nor PEM");
    }
    if (blocks.size() != 1) {
      throw malformed("the PEM does not hold exactly one certificate request");
    }
    return switch (blocks.getFirst().label()) {
      case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> blocks.getFirst().der();
      default -> throw malformed("the PEM block is not a certificate request");
    };
  }

  /**
   * Only DER is taken: what is verified is then what was sent, byte by byte, and not what a lenient
   * reader made of it.
   */
  private static CertificationRequest request(byte[] der) throws MalformedCsr {
    try {
      CertificationRequest request =
          CertificationRequest.getInstance(ASN1Primitive.fromByteArray(der));
      CertificationRequestInfo info = request.getCertificationRequestInfo();
      if (!info.getVersion().hasValue(0)) {
        throw malformed("the certificate request is not of version 1");
      }
      if (!Arrays.equals(request.getEncoded(ASN1Encoding.DER), der)) {
        throw malformed("the certificate request is not in DER");
      }
      return request;
    } catch (IOException | RuntimeException hostile) {
      throw malformed("the certificate request is not PKCS #10");
    }
  }

  @Override
  public String toString() {
    return "CertificateRequest[" + key.getAlgorithm() + "]";
  }

  static MalformedCsr malformed(String message) {
    return new MalformedCsr(Reason.CSR_MALFORMED, message);
  }
}
