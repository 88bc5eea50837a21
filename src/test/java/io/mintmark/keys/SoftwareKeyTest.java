package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that a store was made to keep in place of others. */
class SoftwareKeyTest {
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair OTHER = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String ID = Jwk.thumbprint(KEYS.getPublic());
  private static final String PRIVATE = Pem.encode("PRIVATE KEY", KEYS.getPrivate().getEncoded());
  private static final String PUBLIC = Pem.encode("PUBLIC KEY", KEYS.getPublic().getEncoded());

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "RS256", "EDDSA"})
  void aKeyIsReadBack(SignatureAlgorithm algorithm) {
    SoftwareKey key = SoftwareKey.generate(algorithm);
    String id = Jwk.thumbprint(key.publicKey());
    assertThat(SoftwareKey.fromPem(id, algorithm, key.toPem()).publicKey())
        .isEqualTo(key.publicKey());
  }

  static Stream<String> notTheKey() {
    String stranger = Pem.encode("PUBLIC KEY", OTHER.getPublic().getEncoded());
    return Stream.of(
        "",
        PRIVATE,
        PUBLIC,
        PUBLIC + PRIVATE,
        PRIVATE + PRIVATE,
        PUBLIC + PUBLIC,
        PRIVATE + PUBLIC + PUBLIC,
        PRIVATE + stranger,
        PRIVATE.replace("PRIVATE", "EC PRIVATE") + PUBLIC,
        PRIVATE + PUBLIC.replace("PUBLIC", "RSA PUBLIC"),
        PRIVATE + Pem.encode("PUBLIC KEY", new byte[] {0x30, 0}),
        Pem.encode("PRIVATE KEY", new byte[] {0x30, 0}) + PUBLIC);
  }

  @ParameterizedTest
  @MethodSource("notTheKey")
  void whatIsNotTheKeyOfThatNameIsRefusedWithoutAByteOfIt(String pem) {
    assertThatThrownBy(() -> fromPem(SignatureAlgorithm.ES256, pem))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("MIG");
  }

  @Test
  void aKeyOfAnotherAlgorithmIsRefused() {
    assertThatThrownBy(() -> fromPem(SignatureAlgorithm.ES384, PRIVATE + PUBLIC))
        .isInstanceOf(IllegalArgumentException.class);
    KeyPair p384 = Crypto.generate(SignatureAlgorithm.ES384);
    assertThatThrownBy(
            () -> new SoftwareKey(SignatureAlgorithm.ES256, KEYS.getPublic(), p384.getPrivate()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new SoftwareKey(SignatureAlgorithm.ES256, p384.getPublic(), KEYS.getPrivate()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whoever swaps a private half makes a broker that mints what nobody can verify. */
  @Test
  void aRingWithAPrivateHalfThatIsNotThePublishedOneDoesNotOpen() throws IOException {
    TestRing test = new TestRing();
    SoftwareKey mixed =
        new SoftwareKey(SignatureAlgorithm.ES256, KEYS.getPublic(), OTHER.getPrivate());
    for (KeyUse use : List.of(KeyUse.ACCESS_TOKEN, KeyUse.X509_AUTHORITY)) {
      assertRefused(kept(test, key -> key.use() == use ? key.with(mixed) : key), "self-check");
    }
  }

  /** The root's certificate is what verifiers trust, and no other key may stand behind it. */
  @Test
  void aRingWhoseAuthorityIsNotTheKeyOfItsCertificateDoesNotOpen() throws IOException {
    SoftwareKey another = SoftwareKey.generate(SignatureAlgorithm.ES256);
    assertRefused(
        kept(new TestRing(), key -> key.use() == KeyUse.X509_AUTHORITY ? key.with(another) : key),
        "self-check");
  }

  @Test
  void aRingWithoutItsCheckpointKeyDoesNotOpenWithANewOne() throws IOException {
    TestRing test = new TestRing();
    List<KeptKey> rest =
        test.store.load().keys().stream().filter(key -> key.use() != KeyUse.CHECKPOINT).toList();
    assertRefused(rest, "no checkpoint key");
  }

  private static List<KeptKey> kept(TestRing test, UnaryOperator<KeptKey> change)
      throws IOException {
    return test.store.load().keys().stream().map(change).toList();
  }

  private static void assertRefused(List<KeptKey> keys, String why) throws IOException {
    MemoryKeyStore store = new MemoryKeyStore();
    store.save(new KeyRingStore.Contents(7, keys));
    KeySettings settings = KeySettings.defaults(TestRing.DOMAIN);
    assertThatThrownBy(() -> KeyRing.open(settings, store, Set.of(), () -> 17, TestRing.START))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  private static SoftwareKey fromPem(SignatureAlgorithm algorithm, String pem) {
    return SoftwareKey.fromPem(ID, algorithm, pem.getBytes(StandardCharsets.US_ASCII));
  }
}
