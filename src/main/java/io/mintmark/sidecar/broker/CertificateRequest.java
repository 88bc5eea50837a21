package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.held.Wanted;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;

/**
 * A key pair and the request for its certificate (PKCS #10, RFC 2986 section 4): an empty subject,
 * no attributes, since the broker reads nothing of it but the key.
 */
record CertificateRequest(KeyPair keys, byte[] der) {
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;

  /** Version 1, which is written as 0. */
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  /** The empty set of attributes, {@code [0]}. */
  private static final byte[] NO_ATTRIBUTES = {(byte) 0xA0, 0x00};

  /** AlgorithmIdentifiers of RFC 5758 section 3.2 and RFC 4055 section 5. */
  private static final String ECDSA_WITH_SHA256 = "300a06082a8648ce3d040302";

  private static final String ECDSA_WITH_SHA384 = "300a06082a8648ce3d040303";
  private static final String RSA_WITH_SHA256 = "300d06092a864886f70d01010b0500";

  static CertificateRequest make(Wanted.KeyKind kind) {
    try {
      return switch (kind) {
        case EC_P256 -> signed(ec("secp256r1"), "SHA256withECDSA", ECDSA_WITH_SHA256);
        case EC_P384 -> signed(ec("secp384r1"), "SHA384withECDSA", ECDSA_WITH_SHA384);
        case RSA_2048 -> signed(rsa(), "SHA256withRSA", RSA_WITH_SHA256);
      };
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the JDK cannot make a key pair", impossible);
    }
  }

  private static KeyPair ec(String curve)
      throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static KeyPair rsa() throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static CertificateRequest signed(KeyPair keys, String algorithm, String identifier)
      throws GeneralSecurityException {
    byte[] info =
        tagged(SEQUENCE, VERSION, tagged(SEQUENCE), keys.getPublic().getEncoded(), NO_ATTRIBUTES);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(keys.getPrivate());
    signature.update(info);
    byte[] noUnusedBits = {0};
    return new CertificateRequest(
        keys,
        tagged(
            SEQUENCE,
            info,
            HexFormat.of().parseHex(identifier),
            tagged(BIT_STRING, noUnusedBits, signature.sign())));
  }

  /** One element in DER (X.690 section 8.1); shorter than 64 KiB. */
  private static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return "CertificateRequest[redacted]";
  }
}
