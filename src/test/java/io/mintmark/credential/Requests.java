package io.mintmark.credential;

import io.mintmark.jose.Crypto;
import io.mintmark.keys.Pem;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/** Certificate requests, good and bad. */
final class Requests {
  static final BouncyCastleProvider BC = new BouncyCastleProvider();
  static final X500Name SUBJECT = new X500Name("CN=anything at all");

  private Requests() {}

  static KeyPair elliptic(String curve) throws Exception {
    return generate("EC", new ECGenParameterSpec(curve));
  }

  static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", BC);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static KeyPair generate(String type, AlgorithmParameterSpec spec) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(type, BC);
    generator.initialize(spec);
    return generator.generateKeyPair();
  }

  static byte[] good() throws Exception {
    return signed(Crypto.generate(SignatureAlgorithm.ES256), "SHA256withECDSA");
  }

  static byte[] signed(KeyPair pair, String algorithm) throws Exception {
    return signed(
        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()),
        pair.getPrivate(),
        algorithm);
  }

  /** Of one key, signed by perhaps another. */
  static byte[] signed(SubjectPublicKeyInfo key, PrivateKey signer, String algorithm)
      throws Exception {
    return new PKCS10CertificationRequestBuilder(SUBJECT, key)
        .build(signer(signer, algorithm))
        .getEncoded();
  }

  static byte[] withAttributes(KeyPair pair, int size) throws Exception {
    return new PKCS10CertificationRequestBuilder(
            SUBJECT, SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
        .addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERUTF8String("x".repeat(size)))
        .build(signer(pair.getPrivate(), "SHA256withECDSA"))
        .getEncoded();
  }

  static byte[] ofVersion(int version, KeyPair pair) throws Exception {
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new ASN1Integer(version));
    parts.add(SUBJECT);
    parts.add(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    parts.add(new DERTaggedObject(false, 0, new DERSet()));
    byte[] info = new DERSequence(parts).getEncoded(ASN1Encoding.DER);
    ContentSigner signer = signer(pair.getPrivate(), "SHA256withECDSA");
    try (OutputStream out = signer.getOutputStream()) {
      out.write(info);
    }
    ASN1EncodableVector request = new ASN1EncodableVector();
    request.add(new DERSequence(parts));
    request.add(signer.getAlgorithmIdentifier());
    request.add(new DERBitString(signer.getSignature()));
    return new DERSequence(request).getEncoded(ASN1Encoding.DER);
  }

  /** The same request with another signature or signature algorithm. */
  static byte[] resigned(byte[] der, byte[] signature) throws Exception {
    CertificationRequest request = CertificationRequest.getInstance(der);
    CertificationRequestInfo info = request.getCertificationRequestInfo();
    return new CertificationRequest(
            info, request.getSignatureAlgorithm(), new DERBitString(signature))
        .getEncoded(ASN1Encoding.DER);
  }

  static byte[] pem(String label, byte[] der) {
    return Pem.encode(label, der).getBytes(StandardCharsets.US_ASCII);
  }

  static ContentSigner signer(PrivateKey key, String algorithm) throws Exception {
    return new JcaContentSignerBuilder(algorithm).setProvider(BC).build(key);
  }
}
