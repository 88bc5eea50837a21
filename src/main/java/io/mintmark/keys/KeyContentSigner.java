package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;

/** Signs certificates for Bouncy Castle's builders with a key of the ring. */
final class KeyContentSigner implements ContentSigner {
  private static final AlgorithmIdentifier ECDSA_SHA256 =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  private static final AlgorithmIdentifier ECDSA_SHA384 =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
  private static final AlgorithmIdentifier RSA_SHA256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);

  private final SigningKey key;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream(1024);

  KeyContentSigner(SigningKey key) {
    this.key = key;
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return switch (key.algorithm()) {
      case ES256 -> ECDSA_SHA256;
      case ES384 -> ECDSA_SHA384;
      case RS256 -> RSA_SHA256;
      case ES512, RS384, RS512, PS256, PS384, PS512, EDDSA ->
          throw new IllegalStateException(
              "an X.509 authority does not sign with " + key.algorithm().word());
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return message;
  }

  @Override
  public byte[] getSignature() {
    byte[] signature = key.sign(message.toByteArray());
    return key.algorithm() == SignatureAlgorithm.RS256 ? signature : ecdsaValue(signature);
  }

  /** Raw r and s as the Ecdsa-Sig-Value of RFC 3279 section 2.2.3. */
  private static byte[] ecdsaValue(byte[] raw) {
    int half = raw.length / 2;
    ASN1EncodableVector integers = new ASN1EncodableVector(2);
    integers.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 0, half))));
    integers.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, half, raw.length))));
    try {
      return new DERSequence(integers).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
