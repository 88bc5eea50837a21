package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MintTest {
  private static final String ISSUER = "https://mintmark.example.org";
  private final TestRing test =
      new TestRing(
          SignatureAlgorithm.EDDSA,
          SignatureAlgorithm.RS256,
          SignatureAlgorithm.PS256,
          SignatureAlgorithm.ES384);
  private final Mint mint = new Mint(test.ring(), ISSUER, new SecureRandom());
  private final Instant now = test.now();
  private final Instant soon = now.plusSeconds(300);

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "ES384", "EDDSA", "RS256", "PS256"})
  void anAccessTokenIsSignedAsItsResourceWants(SignatureAlgorithm algorithm) throws Exception {
    Jws jws = accessToken(Grants.of(Grants.boundToken(null, algorithm, "a"), now, soon));
    assertThat(jws.algorithm()).isEqualTo(algorithm);
    assertThat(jws.type()).isEqualTo("at+jwt");
    assertThat(jws.signedBy(test.ring().tokenKey(algorithm).publicKey())).isTrue();
  }

  @Test
  void anAlgorithmWithoutAKeyIsKeysUnavailable() {
    assertThatThrownBy(
            () ->
                mint.mint(
                    Grants.of(Grants.boundToken(null, SignatureAlgorithm.RS512, "a"), now, soon),
                    now))
        .isInstanceOf(KeysUnavailable.class);
  }

  @Test
  void aBoundTokenNamesItsCertificateAndABearerTokenNone() throws Exception {
    JsonNode bound =
        accessToken(Grants.of(Grants.boundToken("thumb-print", null, "a"), now, soon)).claims();
    assertThat(bound.path("cnf").path("x5t#S256").asText()).isEqualTo("thumb-print");
    assertThat(accessToken(Grants.of(Grants.accessToken("a"), now, soon)).claims().has("cnf"))
        .isFalse();
  }

  @Test
  void aTokenWithoutScopesHasNoScopeClaim() throws Exception {
    JsonNode claims = accessToken(Grants.of(Grants.accessToken(), now, soon)).claims();
    assertThat(claims.has("scope")).isFalse();
  }

  @Test
  void scopesAreSorted() throws Exception {
    JsonNode claims =
        accessToken(Grants.of(Grants.accessToken("w:z", "a:b", "m"), now, soon)).claims();
    assertThat(claims.path("scope").textValue()).isEqualTo("a:b m w:z");
  }

  @Test
  void anAudienceWithEveryKindOfCharacterSurvives() throws Exception {
    String audience = "https://é.example/\"quoted\"\\path?q=\u0001\u2028\uD83D\uDE00";
    var terms = new Decision.AccessToken("odd", audience, Grants.scopes("a"), null, null);
    assertThat(accessToken(Grants.of(terms, now, soon)).claims().path("aud").textValue())
        .isEqualTo(audience);
  }

  @Test
  void anAccessTokenNeverOutlivesTheEvidenceWhateverTheGrantSays() throws Exception {
    var grant =
        Grants.of(
            Grants.accessToken("a"),
            now,
            now.plusSeconds(3600),
            now.plusMillis(90_700),
            false,
            Delegation.NONE);
    Credential token = mint.mint(grant, now);
    assertThat(token.expiresAt()).isEqualTo(now.plusSeconds(90));
    assertThat(
            Jws.parse(((Credential.AccessToken) token).token(), 9999).claims().path("exp").asLong())
        .isEqualTo(now.plusSeconds(90).getEpochSecond());
  }

  @Test
  void nothingOutlivesTheLongestCredential() throws Exception {
    Instant far = now.plus(Duration.ofDays(400));
    Instant cap = now.plus(test.ring().longestCredential());
    assertThat(mint.mint(Grants.of(Grants.accessToken("a"), now, far), now).expiresAt())
        .isEqualTo(cap);
    assertThat(mint.mint(Grants.of(Grants.jwtSvid("x"), now, far), now).expiresAt()).isEqualTo(cap);
    assertThat(mint.mint(Grants.of(Grants.x509Svid(key().getPublic()), now, far), now).expiresAt())
        .isEqualTo(cap);
  }

  @Test
  void anX509SvidNeverOutlivesItsAuthority() throws Exception {
    Instant ends = test.ring().authority(now).notAfter();
    Instant late = ends.minusSeconds(100);
    var grant = Grants.of(Grants.x509Svid(key().getPublic()), late, late.plusSeconds(3600));
    assertThat(mint.mint(grant, late).expiresAt()).isEqualTo(ends);
    assertThatThrownBy(
            () ->
                mint.mint(
                    Grants.of(Grants.x509Svid(key().getPublic()), ends, ends.plusSeconds(60)),
                    ends))
        .isInstanceOf(KeysUnavailable.class)
        .hasMessageContaining("expired");
  }

  /** Its beginning is set back for clocks that are behind, and never to before its issuer's. */
  @Test
  void anX509SvidBeginsNoEarlierThanItsAuthority() throws Exception {
    Instant begins = test.ring().authority(now).notBefore();
    Instant early = begins.plusSeconds(10);
    var grant = Grants.of(Grants.x509Svid(key().getPublic()), early, early.plusSeconds(60));
    X509Certificate leaf = ((Credential.X509Svid) mint.mint(grant, early)).chain().getFirst();
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(begins);
  }

  /** Ends are whole seconds, so half a second more would be a token that was never valid. */
  @Test
  void aGrantWithLessThanASecondLeftStrikesNothing() {
    Instant half = Instant.parse("2026-11-22T12:00:00.5Z");
    Instant end = half.plusMillis(499);
    for (Decision.Terms terms :
        List.of(
            Grants.accessToken("a"),
            Grants.jwtSvid("x"),
            Grants.x509Svid(key().getPublic(), "orders.example.org"))) {
      assertThatThrownBy(() -> mint.mint(Grants.of(terms, half, end), half))
          .isInstanceOfSatisfying(
              NotStruck.class,
              none -> assertThat(none.reason()).isEqualTo(Reason.EVIDENCE_EXPIRED));
    }
    Decision.Grant longer =
        Grants.of(
            Grants.accessToken("a"), half, half.plusSeconds(300), end, false, Delegation.NONE);
    assertThatThrownBy(() -> mint.mint(longer, half)).isInstanceOf(NotStruck.class);
  }

  @Test
  void anEndedGrantStrikesNothing() {
    assertThatThrownBy(() -> mint.mint(Grants.of(Grants.accessToken("a"), now, now), now))
        .isInstanceOf(NotStruck.class);
  }

  @Test
  void aClaimedDelegationStrikesNothing() {
    var grant =
        Grants.of(
            Grants.accessToken("a"),
            now,
            soon,
            soon,
            false,
            new Delegation("alice@example.org", List.of()));
    assertThatThrownBy(() -> mint.mint(grant, now)).isInstanceOf(NotStruck.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mintmark", "/mintmark/broker", "/mintmark/x/y"})
  void aReservedIdentityIsNeverStruck(String path) {
    var id = new WorkloadId(TestRing.DOMAIN, path);
    assertNotStruck(new Decision.JwtSvid(id, Set.of("x")));
    assertNotStruck(new Decision.X509Svid(id, key().getPublic(), List.of(), null));
  }

  @Test
  void anSvidOfAnotherTrustDomainIsNeverStruck() {
    var id = new WorkloadId(new TrustDomain("prod.example.org"), "/a");
    assertNotStruck(new Decision.JwtSvid(id, Set.of("x")));
    assertNotStruck(new Decision.X509Svid(id, key().getPublic(), List.of(), null));
  }

  @Test
  void anSvidIsNeverStruckFromOneOfOurOwn() {
    var grant = Grants.of(Grants.jwtSvid("x"), now, soon, soon, true, Delegation.NONE);
    assertThatThrownBy(() -> mint.mint(grant, now)).isInstanceOf(NotStruck.class);
  }

  @Test
  void aJwtSvidHoldsUpToOurOwnValidation() throws Exception {
    var svid =
        (Credential.JwtSvid) mint.mint(Grants.of(Grants.jwtSvid("https://aud"), now, soon), now);
    Jws jws = Jws.parse(svid.token(), 9999);
    assertThat(jws.type()).isEqualTo("JWT");
    assertThat(jws.headerNames()).containsExactlyInAnyOrder("alg", "kid", "typ");
    SvidCheck check = JwtSvid.validate(jws, test.ring().bundle(), "https://aud", now);
    assertThat(check).isEqualTo(new SvidCheck.Valid(Grants.HERE, now, soon));
  }

  @Test
  void anAccessTokenIsNoJwtSvid() throws Exception {
    Jws token = accessToken(Grants.of(Grants.accessToken("a"), now, soon));
    assertThat(JwtSvid.validate(token, test.ring().bundle(), Grants.AUDIENCE, now))
        .isInstanceOf(SvidCheck.Invalid.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "ES384", "ES512", "EDDSA", "RS256"})
  void anX509SvidHoldsUpToOurOwnValidation(SignatureAlgorithm algorithm) throws Exception {
    KeyPair pair = Crypto.generate(algorithm);
    var terms =
        new Decision.X509Svid(
            Grants.HERE, pair.getPublic(), List.of("orders.payments.svc"), "orders, \"x\"");
    var svid = (Credential.X509Svid) mint.mint(Grants.of(terms, now, soon), now);
    assertThat(X509Svid.validate(svid.chain(), test.ring().bundle(), now))
        .isInstanceOfSatisfying(
            SvidCheck.Valid.class, valid -> assertThat(valid.id()).isEqualTo(Grants.HERE));
    X509Certificate leaf = svid.chain().getFirst();
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(now.minusSeconds(30));
    assertThat(leaf.getPublicKey().getEncoded()).isEqualTo(pair.getPublic().getEncoded());
    assertThat(svid.serial()).isEqualTo(leaf.getSerialNumber().toString(16)).hasSize(32);
    assertThat(svid.authorities()).isEqualTo(test.ring().bundle().x509Authorities());
    assertThat(svid.chain()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2049-12-31T23:30:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:29Z"})
  void timesAreRightAroundTheYear2050(Instant late) throws Exception {
    TestRing future = new TestRing();
    future.pass(Duration.between(future.now(), late));
    future.tick();
    Mint there = new Mint(future.ring(), ISSUER, new SecureRandom());
    var grant = Grants.of(Grants.x509Svid(key().getPublic()), late, late.plusSeconds(3600));
    X509Certificate leaf = ((Credential.X509Svid) there.mint(grant, late)).chain().getFirst();
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(late.minusSeconds(30));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(late.plusSeconds(3600));
  }

  @Test
  void serialsNeverRepeatAndTheSignatureIsSometimesVerified() throws Exception {
    Set<String> serials = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      serials.add(mint.mint(Grants.of(Grants.accessToken("a"), now, soon), now).serial());
    }
    assertThat(serials).hasSize(5_000).allMatch(s -> s.length() == 22);
  }

  @Test
  void aCredentialDoesNotPrint() throws Exception {
    var token =
        (Credential.AccessToken) mint.mint(Grants.of(Grants.accessToken("a"), now, soon), now);
    assertThat(token.toString()).doesNotContain(token.token()).contains("redacted");
  }

  private void assertNotStruck(Decision.Terms terms) {
    assertThatThrownBy(() -> mint.mint(Grants.of(terms, now, soon), now))
        .isInstanceOf(NotStruck.class);
  }

  private Jws accessToken(Decision.Grant grant) throws Exception {
    return Jws.parse(((Credential.AccessToken) mint.mint(grant, now)).token(), 65536);
  }

  private static KeyPair key() {
    return Crypto.generate(SignatureAlgorithm.ES256);
  }
}
