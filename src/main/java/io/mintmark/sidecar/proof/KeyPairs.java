package io.mintmark.sidecar.proof;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two halves of a key belong together. */
final class KeyPairs {
  private static final byte[] MESSAGE = {1};

  private KeyPairs() {}

  static void requireMatch(PrivateKey privateKey, PublicKey publicKey) throws ProofUnavailable {
    try {
      String algorithm =
          switch (publicKey.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> publicKey.getAlgorithm();
          };
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(MESSAGE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(MESSAGE);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException wrong) {
      // said below
    }
    throw new ProofUnavailable("its certificate and key do not belong together");
  }
}
