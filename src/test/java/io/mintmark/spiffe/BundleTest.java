package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Jwk X509 = x509(ROOT, null);
  private static final Jwk JWT = jwt("k1", SignatureAlgorithm.ES256);

  @Test
  void aBundleOfAServerMixesKeysWithAndWithoutId() throws Exception {
    Bundle bundle =
        Bundle.parse(
            DOMAIN,
            json("\"spiffe_sequence\":7,\"spiffe_refresh_hint\":300", X509.toJson(), JWT.toJson()));
    assertThat(bundle.x509Authorities()).containsExactly(ROOT.certificate());
    assertThat(bundle.jwtAuthorities()).extracting(Jwk::keyId).containsExactly("k1");
    assertThat(bundle.sequence()).isEqualTo(7);
    assertThat(bundle.refreshHint()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Bundle bundle =
        new Bundle(DOMAIN, List.of(ROOT.certificate()), List.of(JWT), 3L, Duration.ofSeconds(60));
    Bundle read = Bundle.parse(DOMAIN, bundle.toJson());
    assertThat(read.toJson()).isEqualTo(bundle.toJson());
    assertThat(read.sequence()).isEqualTo(3);
    assertThat(read.refreshHint()).isEqualTo(Duration.ofSeconds(60));
  }

  static Stream<Arguments> ignored() {
    return Stream.of(
        row("no use", changed(JWT, "use", null)),
        row("unknown use", changed(JWT, "use", "tls-svid")),
        row("signature use", changed(JWT, "use", "sig")),
        row("a WIT authority", changed(JWT, "use", "wit-svid")),
        row("jwt-svid without key ID", changed(JWT, "kid", null)),
        row("jwt-svid with an empty key ID", changed(JWT, "kid", "")),
        row("jwt-svid with EdDSA", jwt("ed", SignatureAlgorithm.EDDSA).toJson()),
        row("jwt-svid of unknown type", changed(JWT, "kty", "AKP")),
        row("jwt-svid off its curve", changed(JWT, "x", "A".repeat(43))),
        row("x509-svid with key ID", changed(X509, "kid", "k")),
        row("x509-svid without certificate", changed(X509, "x5c", null)),
        row("x509-svid of another key", x509(ROOT, JWT).toJson()),
        row(
            "x509-svid that is no CA",
            x509(Pki.leaf("spiffe://example.org/a").selfSigned(), null).toJson()),
        row(
            "x509-svid that says it is no CA",
            x509(Pki.authority("CN=a").ca(false, null).selfSigned(), null).toJson()),
        row(
            "x509-svid that may not sign certificates",
            x509(Pki.authority("CN=a").keyUsage(true, KeyUsage.cRLSign).selfSigned(), null)
                .toJson()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ignored")
  void aKeyThatMaySignNothingIsIgnoredAndLosesNoOther(String name, ObjectNode key)
      throws Exception {
    ObjectNode other = jwt("other", SignatureAlgorithm.RS256).toJson();
    Bundle bundle = Bundle.parse(DOMAIN, json(null, X509.toJson(), key, other));
    assertThat(bundle.x509Authorities()).containsExactly(ROOT.certificate());
    assertThat(bundle.jwtAuthorities()).extracting(Jwk::keyId).containsExactly("other");
    assertThat(Bundle.parse(DOMAIN, json(null, key)).isEmpty()).isTrue();
  }

  @Test
  void onlyTheFirstCertificateOfAKeyIsAnAuthority() throws Exception {
    ObjectNode key = X509.toJson();
    key.withArray("x5c").add(x509(Pki.authority("CN=b").selfSigned(), null).toJson().at("/x5c/0"));
    assertThat(Bundle.parse(DOMAIN, json(null, key)).x509Authorities())
        .containsExactly(ROOT.certificate());
  }

  @Test
  void aCertificateWithoutItsPaddingIsIgnored() throws Exception {
    ObjectNode key;
    do {
      key = x509(Pki.authority("CN=b").selfSigned(), null).toJson();
    } while (!key.at("/x5c/0").textValue().endsWith("="));
    assertThat(Bundle.parse(DOMAIN, json(null, key)).x509Authorities()).hasSize(1);
    String bare = key.at("/x5c/0").textValue().replace("=", "");
    key.putArray("x5c").add(bare);
    assertThat(Bundle.parse(DOMAIN, json(null, key)).x509Authorities()).isEmpty();
  }

  @Test
  void aPrivateKeyInABundleRefusesIt() {
    assertThatThrownBy(
            () -> Bundle.parse(DOMAIN, json(null, X509.toJson(), changed(JWT, "d", "AAAA"))))
        .isInstanceOf(MalformedBundle.class);
  }

  @Test
  void twoJwtAuthoritiesOfOneIdAreBothIgnored() throws Exception {
    Bundle bundle =
        Bundle.parse(
            DOMAIN,
            json(null, X509.toJson(), JWT.toJson(), jwt("k1", SignatureAlgorithm.ES256).toJson()));
    assertThat(bundle.jwtAuthorities()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "\"1\"", "1.5", "null", "true", "[]", "{}", "18446744073709551616", "1e3"})
  void aSequenceOrHintThatIsNoWholeNumberRefusesTheBundle(String value) {
    for (String name : List.of("spiffe_sequence", "spiffe_refresh_hint")) {
      assertThatThrownBy(
              () -> Bundle.parse(DOMAIN, json("\"" + name + "\":" + value, X509.toJson())))
          .isInstanceOf(MalformedBundle.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void aHintOfZeroIsNoHint() throws Exception {
    assertThat(Bundle.parse(DOMAIN, json("\"spiffe_refresh_hint\":0", X509.toJson())).refreshHint())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "<html/>",
        "{\"keys\":[1]}",
        "{\"keys\":[null]}",
        "{\"keys\":[[]]}",
        "{\"keys\":[",
        "{\"keys\":[]",
        "{\"spiffe_sequence\":1}",
        "{\"keys\":[],\"spiffe_sequence\":-1}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[]} x",
        "-----BEGIN CERTIFICATE-----",
        "{\"trust_domains\":{}}"
      })
  void whatIsNoBundleIsRefused(String text) {
    assertThatThrownBy(() -> Bundle.parse(DOMAIN, text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedBundle.class);
  }

  /** Trust Domain and Bundle section 4.1.3: a trust domain revokes all its keys by an empty set. */
  @Test
  void aBundleWithoutKeysIsOneByWhichNothingIsBelieved() throws Exception {
    Bundle bundle = Bundle.parse(DOMAIN, json("\"spiffe_sequence\":8"));
    assertThat(bundle.isEmpty()).isTrue();
    assertThat(bundle.sequence()).isEqualTo(8);
    assertThat(Bundle.parse(DOMAIN, bundle.toJson()).isEmpty()).isTrue();
    assertThat(Bundle.parse(DOMAIN, json(null, X509.toJson())).isEmpty()).isFalse();
    assertThat(Bundle.parse(DOMAIN, json(null, JWT.toJson())).isEmpty()).isFalse();
  }

  private static byte[] json(@Nullable String members, ObjectNode... keys) {
    String list = String.join(",", Stream.of(keys).map(ObjectNode::toString).toList());
    return ("{\"keys\":[" + list + "]" + (members == null ? "" : "," + members) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode changed(Jwk jwk, String member, @Nullable String value) {
    ObjectNode json = jwk.toJson();
    json.remove(member);
    return value == null ? json : json.set(member, JSON.valueToTree(value));
  }

  private static Jwk x509(Pki.Issued issued, @Nullable Jwk otherKey) {
    return new Jwk(
        null,
        "x509-svid",
        null,
        otherKey == null ? issued.keys().getPublic() : otherKey.key(),
        issued.certificate());
  }

  private static Jwk jwt(String keyId, SignatureAlgorithm algorithm) {
    return new Jwk(keyId, "jwt-svid", null, Crypto.generate(algorithm).getPublic(), null);
  }

  private static Arguments row(Object... values) {
    return Arguments.of(values);
  }
}
