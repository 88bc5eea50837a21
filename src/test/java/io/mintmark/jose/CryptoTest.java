package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.workload.SignatureAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CryptoTest {
  private static final byte[] MESSAGE = "what was signed".getBytes(StandardCharsets.UTF_8);
  private static final Map<SignatureAlgorithm, KeyPair> KEYS = keys();

  @ParameterizedTest
  @EnumSource
  void whatIsSignedVerifiesAndNothingElse(SignatureAlgorithm algorithm) {
    KeyPair pair = pair(algorithm);
    byte[] signature = Crypto.sign(algorithm, pair.getPrivate(), MESSAGE);
    assertThat(Crypto.verify(algorithm, pair.getPublic(), MESSAGE, signature)).isTrue();
    byte[] other = MESSAGE.clone();
    other[0] ^= 1;
    assertThat(Crypto.verify(algorithm, pair.getPublic(), other, signature)).isFalse();
    KeyPair stranger = Crypto.generate(algorithm);
    assertThat(Crypto.verify(algorithm, stranger.getPublic(), MESSAGE, signature)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aKeyOfThePlatformWorksAdoptedAndNot(SignatureAlgorithm algorithm)
      throws GeneralSecurityException {
    KeyPair pair = platformPair(algorithm);
    PublicKey adopted = Crypto.adopt(pair.getPublic());
    PrivateKey adoptedPrivate = Crypto.adopt(pair.getPrivate());
    for (PrivateKey signer : List.of(pair.getPrivate(), adoptedPrivate)) {
      byte[] signature = Crypto.sign(algorithm, signer, MESSAGE);
      assertThat(Crypto.verify(algorithm, pair.getPublic(), MESSAGE, signature)).isTrue();
      assertThat(Crypto.verify(algorithm, adopted, MESSAGE, signature)).isTrue();
    }
    assertThat(Crypto.privateKey(pair.getPrivate().getEncoded()).getEncoded())
        .isEqualTo(adoptedPrivate.getEncoded());
    assertThat(Crypto.objection(adopted)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void noKeyServesAnAlgorithmThatIsNotItsOwn(SignatureAlgorithm algorithm) {
    KEYS.forEach(
        (owner, pair) -> {
          byte[] signature = Crypto.sign(owner, pair.getPrivate(), MESSAGE);
          boolean same = owner == algorithm;
          assertThat(Crypto.verify(algorithm, pair.getPublic(), MESSAGE, signature))
              .isEqualTo(same);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aPublicKeyOfAnotherTypeIsNoKeyToSignWith(SignatureAlgorithm algorithm) {
    SignatureAlgorithm foreign =
        algorithm == SignatureAlgorithm.ES256 ? SignatureAlgorithm.ES384 : SignatureAlgorithm.ES256;
    PrivateKey key = pair(foreign).getPrivate();
    assertThatThrownBy(() -> Crypto.sign(algorithm, key, MESSAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit");
  }

  static List<byte[]> psychic() {
    byte[] order = Curve.P256.parameters().getOrder().toByteArray();
    byte[] n = Arrays.copyOfRange(order, order.length - 32, order.length);
    byte[] zero = new byte[32];
    byte[] one = new byte[32];
    one[31] = 1;
    byte[] all = new byte[32];
    Arrays.fill(all, (byte) 0xff);
    List<byte[]> rows = new ArrayList<>();
    for (byte[] r : List.of(zero, one, n, all)) {
      for (byte[] s : List.of(zero, one, n, all)) {
        byte[] both = Arrays.copyOf(r, 64);
        System.arraycopy(s, 0, both, 32, 32);
        rows.add(both);
      }
    }
    rows.add(new byte[0]);
    rows.add(new byte[1]);
    rows.add(new byte[63]);
    rows.add(new byte[65]);
    rows.add(new byte[96]);
    rows.add(new byte[132]);
    rows.add(new byte[] {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00});
    rows.add(new byte[] {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01});
    return rows;
  }

  @ParameterizedTest
  @MethodSource("psychic")
  void psychicSignatureIsRefused(byte[] signature) {
    PublicKey key = pair(SignatureAlgorithm.ES256).getPublic();
    assertThat(Crypto.verify(SignatureAlgorithm.ES256, key, MESSAGE, signature)).isFalse();
  }

  @Test
  void ecdsaInDerIsRefused() throws GeneralSecurityException {
    KeyPair pair = pair(SignatureAlgorithm.ES256);
    var signer = Crypto.signature("SHA256withECDSA", pair.getPrivate());
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    assertThat(Crypto.verify(SignatureAlgorithm.ES256, pair.getPublic(), MESSAGE, signer.sign()))
        .isFalse();
  }

  @Test
  void ecdsaWithNAddedToSIsRefused() {
    KeyPair pair = pair(SignatureAlgorithm.ES512);
    byte[] signature = Crypto.sign(SignatureAlgorithm.ES512, pair.getPrivate(), MESSAGE);
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 66, 132));
    byte[] more = s.add(Curve.P521.parameters().getOrder()).toByteArray();
    byte[] changed = Arrays.copyOf(signature, 132);
    Arrays.fill(changed, 66, 132, (byte) 0);
    int count = Math.min(more.length, 66);
    System.arraycopy(more, more.length - count, changed, 132 - count, count);
    assertThat(Crypto.verify(SignatureAlgorithm.ES512, pair.getPublic(), MESSAGE, changed))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2047})
  void shortRsaKeyIsRefusedBothWays(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    assertThat(Crypto.objection(pair.getPublic())).contains("2048");
    assertThat(Crypto.fits(SignatureAlgorithm.RS256, pair.getPublic())).isFalse();
    assertThatThrownBy(() -> Crypto.sign(SignatureAlgorithm.RS256, pair.getPrivate(), MESSAGE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPointOffItsCurveIsRefused() throws GeneralSecurityException {
    var point = new java.security.spec.ECPoint(BigInteger.TWO, BigInteger.TEN);
    PublicKey key =
        KeyFactory.getInstance("EC", "SunEC")
            .generatePublic(new java.security.spec.ECPublicKeySpec(point, Curve.P256.parameters()));
    assertThat(Crypto.objection(key)).contains("not on its curve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X25519", "Ed448", "DSA", "X448"})
  void keysOfOtherTypesAreRefused(String type) throws GeneralSecurityException {
    PublicKey key = KeyPairGenerator.getInstance(type).generateKeyPair().getPublic();
    assertThat(Crypto.objection(key)).isNotNull();
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      assertThat(Crypto.verify(algorithm, key, MESSAGE, new byte[64])).isFalse();
    }
    assertThatThrownBy(() -> Crypto.adopt(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "3006020101020101", "not a key"})
  void bytesThatAreNoPrivateKeySayNothingOfThemselves(String text) {
    assertThatThrownBy(() -> Crypto.privateKey(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the private key is no PKCS #8 of EC, RSA or Ed25519")
        .hasNoCause();
  }

  private static KeyPair pair(SignatureAlgorithm algorithm) {
    return java.util.Objects.requireNonNull(KEYS.get(algorithm));
  }

  private static Map<SignatureAlgorithm, KeyPair> keys() {
    Map<SignatureAlgorithm, KeyPair> keys = new EnumMap<>(SignatureAlgorithm.class);
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      keys.put(algorithm, Crypto.generate(algorithm));
    }
    return keys;
  }

  private static KeyPair platformPair(SignatureAlgorithm algorithm)
      throws GeneralSecurityException {
    return switch (algorithm) {
      case ES256 -> platformEc("secp256r1");
      case ES384 -> platformEc("secp384r1");
      case ES512 -> platformEc("secp521r1");
      case RS256, RS384, RS512, PS256, PS384, PS512 ->
          KeyPairGenerator.getInstance("RSA", "SunRsaSign").generateKeyPair();
      case EDDSA -> KeyPairGenerator.getInstance("Ed25519", "SunEC").generateKeyPair();
    };
  }

  private static KeyPair platformEc(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }
}
