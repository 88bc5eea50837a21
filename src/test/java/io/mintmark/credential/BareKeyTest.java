package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that is asked for by itself, with a signature of a text that is not the caller's. */
class BareKeyTest {
  private static final byte[] TEXT = "pod-uid".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_SALT = 2048 / 8 - 32 - 2;
  private static final KeyPair RSA = Crypto.generate(SignatureAlgorithm.RS256);
  private static final KeyPair P256 = Crypto.generate(SignatureAlgorithm.ES256);
  private static final byte[] KEY = P256.getPublic().getEncoded();
  private static final byte[] PROOF = signed("SHA256withECDSA", P256);

  @Test
  void aKeyThatSignedTheTextIsTaken() throws Exception {
    assertThat(CertificateRequest.parse(KEY, TEXT, PROOF).key()).isEqualTo(P256.getPublic());
    KeyPair p384 = Crypto.generate(SignatureAlgorithm.ES384);
    assertTaken(p384, signed("SHA256withECDSA", p384));
    KeyPair ed25519 = Crypto.generate(SignatureAlgorithm.EDDSA);
    assertTaken(ed25519, Crypto.sign(SignatureAlgorithm.EDDSA, ed25519.getPrivate(), TEXT));
  }

  @ParameterizedTest
  @ValueSource(ints = {32, LONGEST_SALT})
  void anRsaKeyMaySignWithASaltOfTheDigestsLengthOrTheLongest(int salt) throws Exception {
    assertTaken(RSA, pss(salt));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 31, 33, LONGEST_SALT - 1})
  void anRsaSignatureWithAnotherSaltIsRefused(int salt) throws Exception {
    byte[] signature = pss(salt);
    assertRefused(RSA.getPublic().getEncoded(), TEXT, signature, Reason.CSR_MALFORMED);
  }

  @Test
  void anotherKeysSignatureIsRefused() {
    KeyPair other = Crypto.generate(SignatureAlgorithm.ES256);
    assertRefused(KEY, TEXT, signed("SHA256withECDSA", other), Reason.CSR_MALFORMED);
    KeyPair edwards = Crypto.generate(SignatureAlgorithm.EDDSA);
    assertRefused(edwards.getPublic().getEncoded(), TEXT, PROOF, Reason.CSR_MALFORMED);
    assertRefused(RSA.getPublic().getEncoded(), TEXT, PROOF, Reason.CSR_MALFORMED);
  }

  @Test
  void aSignatureOfAnotherTextOrWithAnotherDigestIsRefused() {
    byte[] other = "pod-uie".getBytes(StandardCharsets.US_ASCII);
    assertRefused(KEY, other, PROOF, Reason.CSR_MALFORMED);
    assertRefused(KEY, TEXT, signed("SHA1withECDSA", P256), Reason.CSR_MALFORMED);
    assertRefused(KEY, TEXT, signed("SHA384withECDSA", P256), Reason.CSR_MALFORMED);
    assertRefused(
        RSA.getPublic().getEncoded(), TEXT, signed("SHA256withRSA", RSA), Reason.CSR_MALFORMED);
    assertRefused(KEY, TEXT, new byte[0], Reason.CSR_MALFORMED);
  }

  @Test
  void whatIsNoKeyInDerIsRefused() {
    assertRefused(new byte[0], TEXT, PROOF, Reason.CSR_MALFORMED);
    assertRefused(new byte[] {5, 0}, TEXT, PROOF, Reason.CSR_MALFORMED);
    assertRefused(Arrays.copyOf(KEY, KEY.length - 1), TEXT, PROOF, Reason.CSR_MALFORMED);
    assertRefused(Arrays.copyOf(KEY, KEY.length + 1), TEXT, PROOF, Reason.CSR_MALFORMED);
    byte[] longer = new byte[KEY.length + 1];
    System.arraycopy(KEY, 0, longer, 0, 1);
    longer[1] = (byte) 0x81;
    System.arraycopy(KEY, 1, longer, 2, KEY.length - 1);
    assertRefused(longer, TEXT, PROOF, Reason.CSR_MALFORMED);
  }

  @Test
  void moreThan16KibOfKeyOrSignatureAreNotLookedAt() {
    byte[] much = new byte[16 * 1024 + 1];
    for (byte[][] pair : new byte[][][] {{much, PROOF}, {KEY, much}}) {
      assertThatThrownBy(() -> CertificateRequest.parse(pair[0], TEXT, pair[1]))
          .isInstanceOf(MalformedCsr.class)
          .hasMessageContaining("16 KiB");
    }
  }

  @Test
  void aKeyThatDeservesNoCertificateIsRefused() throws Exception {
    KeyPair small = Requests.rsa(1024);
    assertRefused(small.getPublic().getEncoded(), TEXT, PROOF, Reason.CSR_KEY);
  }

  private static void assertTaken(KeyPair keys, byte[] signature) throws Exception {
    byte[] encoded = keys.getPublic().getEncoded();
    assertThat(CertificateRequest.parse(encoded, TEXT, signature).key().getEncoded())
        .isEqualTo(encoded);
  }

  private static void assertRefused(byte[] key, byte[] text, byte[] signature, Reason reason) {
    assertThatThrownBy(() -> CertificateRequest.parse(key, text, signature))
        .isInstanceOfSatisfying(
            MalformedCsr.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private static byte[] pss(int salt) throws Exception {
    Signature signer = Signature.getInstance("RSASSA-PSS");
    signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
    signer.initSign(RSA.getPrivate());
    signer.update(TEXT);
    return signer.sign();
  }

  private static byte[] signed(String algorithm, KeyPair keys) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(keys.getPrivate());
      signer.update(TEXT);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
