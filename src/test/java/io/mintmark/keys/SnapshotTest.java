package io.mintmark.keys;

import static io.mintmark.keys.TestAuthorities.ca;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.jose.Jwk;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the ring publishes, and what it signs nothing with. */
class SnapshotTest {
  private static final Instant NOW = TestRing.START;
  private static final KeySettings SETTINGS = KeySettings.defaults(TestRing.DOMAIN);
  private final TestRing test = new TestRing();

  @Test
  void keysOfTokensArePublishedInEveryStateAndNoOthers() throws Exception {
    test.live(Duration.ofDays(7));
    test.ring().prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, test.now());
    List<String> svids = ids(KeyUse.JWT_SVID);
    List<String> all = new ArrayList<>(ids(KeyUse.ACCESS_TOKEN));
    assertThat(all).hasSize(3);
    all.addAll(svids);
    List<String> published = new ArrayList<>();
    for (JsonNode key : new ObjectMapper().readTree(test.ring().jwks()).get("keys")) {
      published.add(key.get("kid").asText());
      assertThat(key.get("use").asText()).isEqualTo("sig");
      assertThat(key.has("d")).isFalse();
    }
    assertThat(published).containsExactlyInAnyOrderElementsOf(all);
    assertThat(test.ring().bundle().jwtAuthorities())
        .extracting(Jwk::keyId)
        .containsExactlyInAnyOrderElementsOf(svids);
  }

  @Test
  void ourRootIsSignedWithItsKey() throws Exception {
    for (SignatureAlgorithm algorithm :
        List.of(SignatureAlgorithm.ES256, SignatureAlgorithm.ES384)) {
      SigningKey key = SoftwareKey.generate(algorithm);
      X509Certificate root =
          OwnRootCertificate.of(TestRing.DOMAIN, key, NOW, NOW.plusSeconds(3600));
      root.verify(key.publicKey());
    }
  }

  @Test
  void nothingThatIsNotActiveSigns() {
    List<KeptKey> waiting =
        kept().stream()
            .map(key -> key.use() == KeyUse.CHECKPOINT ? key : key.in(KeyState.PREPARED, NOW))
            .toList();
    Snapshot snapshot = snapshot(waiting);
    assertThatThrownBy(() -> snapshot.tokenKey(null)).isInstanceOf(KeysUnavailable.class);
    assertThatThrownBy(snapshot::svidKey).isInstanceOf(KeysUnavailable.class);
    assertThatThrownBy(() -> snapshot.authority(NOW)).isInstanceOf(KeysUnavailable.class);
  }

  @Test
  void anAuthoritySignsOnlyWhileItIsValid() throws Exception {
    Snapshot snapshot = snapshot(kept());
    Authority authority = snapshot.authority(NOW);
    for (Instant out : List.of(authority.notAfter(), authority.notBefore().minusSeconds(1))) {
      assertThatThrownBy(() -> snapshot.authority(out)).isInstanceOf(KeysUnavailable.class);
    }
  }

  @Test
  void anAuthorityWhoseKeyIsInNoFileSignsNothingAndIsPublished() {
    List<KeptKey> keys =
        kept().stream()
            .map(key -> key.use() == KeyUse.X509_AUTHORITY ? external(key) : key)
            .toList();
    Snapshot snapshot = snapshot(keys);
    assertThatThrownBy(() -> snapshot.authority(NOW)).isInstanceOf(KeysUnavailable.class);
    assertThat(snapshot.bundle.x509Authorities()).hasSize(1);
    assertThat(keys.stream().filter(key -> key.key() == null))
        .singleElement()
        .satisfies(key -> assertThat(SelfCheck.passes(key)).isFalse());
  }

  @Test
  void aRingWithoutACheckpointKeyIsNone() {
    List<KeptKey> rest = kept().stream().filter(key -> key.use() != KeyUse.CHECKPOINT).toList();
    assertThatThrownBy(() -> snapshot(rest)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyHasAPrivateHalfAndOnlyAuthoritiesHaveCertificates() {
    KeptKey token = kept(KeyUse.ACCESS_TOKEN);
    SigningKey key = Objects.requireNonNull(token.key());
    KeptKey authority = kept(KeyUse.X509_AUTHORITY);
    assertThatThrownBy(() -> token.with(null)).hasMessageContaining("no private half");
    assertThatThrownBy(() -> made(token, authority.certificates()))
        .hasMessageContaining("certificates belong");
    assertThatThrownBy(() -> made(authority, null)).hasMessageContaining("certificates belong");
    assertThatThrownBy(() -> new JwtKey(KeyUse.CHECKPOINT, "id", key))
        .hasMessageContaining("sign no tokens");
  }

  @Test
  void aKeyThatIsOfTheFutureIsOfNow() {
    KeptKey key = kept(KeyUse.ACCESS_TOKEN).in(KeyState.ACTIVE, NOW.plusSeconds(60));
    KeptKey back = key.notAfter(NOW.plusSeconds(9));
    assertThat(back.since()).isEqualTo(NOW.plusSeconds(9));
    assertThat(back.publishedAt()).isEqualTo(NOW);
  }

  @Test
  void anAuthorityHoldsWhileAllOfItsChainDoes() throws Exception {
    var root = TestAuthorities.root(ca("CN=root"));
    X509Certificate wide = TestAuthorities.under(root, ca("CN=wide")).certificate();
    X509Certificate brief =
        TestAuthorities.under(root, ca("CN=brief").between(NOW, NOW.plusSeconds(60))).certificate();
    List<X509Certificate> roots = List.of(root.certificate());
    for (var certificates :
        List.of(
            new AuthorityCertificates(wide, List.of(brief), roots),
            new AuthorityCertificates(brief, List.of(wide), roots))) {
      assertThat(certificates.notBefore()).isEqualTo(NOW);
      assertThat(certificates.notAfter()).isEqualTo(NOW.plusSeconds(60));
    }
    assertThatThrownBy(() -> new AuthorityCertificates(wide, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> ids(KeyUse use) {
    return test.ring().views(test.now()).stream()
        .filter(view -> view.use() == use)
        .map(KeyView::id)
        .toList();
  }

  private List<KeptKey> kept() {
    try {
      return test.store.load().keys();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private KeptKey kept(KeyUse use) {
    return kept().stream().filter(key -> key.use() == use).findFirst().orElseThrow();
  }

  private static KeptKey external(KeptKey key) {
    return new KeptKey(
        key.id(),
        key.use(),
        key.algorithm(),
        key.state(),
        NOW,
        NOW,
        null,
        key.certificates(),
        true);
  }

  private static KeptKey made(KeptKey key, @Nullable AuthorityCertificates certificates) {
    return new KeptKey(
        key.id(),
        key.use(),
        key.algorithm(),
        key.state(),
        NOW,
        NOW,
        key.key(),
        certificates,
        false);
  }

  private static Snapshot snapshot(List<KeptKey> keys) {
    return new Snapshot(new KeyRingStore.Contents(1, keys), SETTINGS);
  }
}
