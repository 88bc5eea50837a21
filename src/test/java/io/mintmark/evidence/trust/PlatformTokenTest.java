package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.BROKER;
import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks that every platform's tokens share, on the generic issuer. */
class PlatformTokenTest {
  private static final String ISSUER = "https://ci.example.org";
  private static final String OTHER = "https://other.example.org";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair OTHER_KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair STRANGER = Crypto.generate(SignatureAlgorithm.ES256);

  private final World world = new World();
  private TrustAttestor attestor;

  PlatformTokenTest() {
    attestor = world.attestor(documents(issuer("ci", ISSUER, ""), issuer("other", OTHER, "")));
  }

  @BeforeEach
  void giveKeys() {
    world.keysOf(ISSUER).keys = keySet(jwk("k1", KEY));
    world.keysOf(OTHER).keys = keySet(jwk("k2", OTHER_KEY));
  }

  private static String issuer(String name, String url, String more) {
    return document(
        "Issuer",
        name,
        """
        type: oidc
        issuer: %s
        identity: spiffe://example.org/%s/{claim:sub}
        %s
        """
            .formatted(url, name, more));
  }

  private static ObjectNode good() {
    return fresh("{\"iss\":\"" + ISSUER + "\",\"sub\":\"build-7\",\"team\":\"payments\",\"n\":5}");
  }

  private static Evidence token(ObjectNode claims) {
    return new Evidence.PlatformToken(sign(KEY, "k1", "JWT", claims));
  }

  @Test
  void aGoodTokenProvesWhatItsDocumentSays() {
    AttestedWorkload workload = attested(attestor, token(good()));
    assertThat(workload.id().uri()).isEqualTo("spiffe://example.org/ci/build-7");
    assertThat(workload.kind()).isEqualTo(EvidenceKind.OIDC);
    assertThat(workload.issuer()).isEqualTo(ISSUER);
    assertThat(workload.issuerDocument()).isEqualTo("ci");
    assertThat(workload.attributes())
        .containsEntry("team", "payments")
        .containsEntry("n", 5L)
        .containsEntry("sub", "build-7")
        .doesNotContainKeys("exp", "aud", "iss");
    assertThat(workload.issuedAt()).isEqualTo(NOW.minusSeconds(60));
    assertThat(workload.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(workload.certificateThumbprint()).isNull();
    assertThat(workload.struckHere()).isFalse();
    assertThat(workload.evidence().sha256()).matches("[0-9a-f]{64}");
  }

  static Stream<Arguments> brokenClaims() {
    long now = NOW.getEpochSecond();
    return Stream.of(
        broken("no exp", c -> c.remove("exp"), Reason.EVIDENCE_MALFORMED),
        broken("exp now", c -> c.put("exp", now), Reason.EVIDENCE_EXPIRED),
        broken("exp a second ago", c -> c.put("exp", now - 1), Reason.EVIDENCE_EXPIRED),
        broken("exp as text", c -> c.put("exp", "9999999999"), Reason.EVIDENCE_MALFORMED),
        broken("exp negative", c -> c.put("exp", -1), Reason.EVIDENCE_MALFORMED),
        broken("exp beyond all years", c -> c.put("exp", 1e18), Reason.EVIDENCE_MALFORMED),
        broken("exp null", c -> c.putNull("exp"), Reason.EVIDENCE_MALFORMED),
        broken("exp true", c -> c.put("exp", true), Reason.EVIDENCE_MALFORMED),
        broken("iat in 31 s", c -> c.put("iat", now + 31), Reason.EVIDENCE_NOT_YET_VALID),
        broken("nbf in 31 s", c -> c.put("nbf", now + 31), Reason.EVIDENCE_NOT_YET_VALID),
        broken("iat as text", c -> c.put("iat", "now"), Reason.EVIDENCE_MALFORMED),
        broken("no aud", c -> c.remove("aud"), Reason.EVIDENCE_AUDIENCE),
        broken("aud empty array", c -> c.putArray("aud"), Reason.EVIDENCE_AUDIENCE),
        broken("aud number", c -> c.put("aud", 1), Reason.EVIDENCE_MALFORMED),
        broken("aud object", c -> c.putObject("aud"), Reason.EVIDENCE_MALFORMED),
        broken("aud with slash", c -> c.put("aud", BROKER + "/"), Reason.EVIDENCE_AUDIENCE),
        broken("aud prefix", c -> c.put("aud", "https://broker"), Reason.EVIDENCE_AUDIENCE),
        broken("aud longer", c -> c.put("aud", BROKER + ".evil.org"), Reason.EVIDENCE_AUDIENCE),
        broken(
            "aud upper case",
            c -> c.put("aud", BROKER.toUpperCase(Locale.ROOT)),
            Reason.EVIDENCE_AUDIENCE),
        broken("aud with space", c -> c.put("aud", BROKER + " x"), Reason.EVIDENCE_AUDIENCE),
        broken(
            "aud token endpoint",
            c -> c.put("aud", BROKER + "/oauth2/token"),
            Reason.EVIDENCE_AUDIENCE),
        broken(
            "aud ours and another's",
            c -> c.putArray("aud").add(BROKER).add("https://evil.org"),
            Reason.EVIDENCE_AUDIENCE),
        broken(
            "aud ours twice",
            c -> c.putArray("aud").add(BROKER).add(BROKER),
            Reason.EVIDENCE_AUDIENCE),
        broken(
            "aud nested", c -> c.putArray("aud").addArray().add(BROKER), Reason.EVIDENCE_MALFORMED),
        broken("no iss", c -> c.remove("iss"), Reason.EVIDENCE_MALFORMED),
        broken("iss array", c -> c.putArray("iss").add(ISSUER), Reason.EVIDENCE_MALFORMED),
        broken("iss with slash", c -> c.put("iss", ISSUER + "/"), Reason.ISSUER_NOT_TRUSTED),
        broken(
            "iss upper case",
            c -> c.put("iss", "HTTPS://ci.example.org"),
            Reason.ISSUER_NOT_TRUSTED),
        broken("iss unknown", c -> c.put("iss", "https://evil.org"), Reason.ISSUER_NOT_TRUSTED),
        broken("iss ours", c -> c.put("iss", BROKER), Reason.ISSUER_NOT_TRUSTED),
        broken("iss of another's", c -> c.put("iss", OTHER), Reason.EVIDENCE_KEY_UNKNOWN),
        broken("no sub", c -> c.remove("sub"), Reason.EVIDENCE_MALFORMED),
        broken("sub empty", c -> c.put("sub", ""), Reason.EVIDENCE_MALFORMED),
        broken("sub number", c -> c.put("sub", 7), Reason.EVIDENCE_MALFORMED),
        broken("sub with slash", c -> c.put("sub", "a/b"), Reason.IDENTITY_MALFORMED));
  }

  private static Arguments broken(String name, Consumer<ObjectNode> change, Reason reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenClaims")
  void aSignedTokenWithWrongClaimsIsRefused(
      String name, Consumer<ObjectNode> change, Reason reason) {
    ObjectNode claims = good();
    change.accept(claims);
    Attestation.Refused refused = refused(attestor, token(claims));
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
  }

  static Stream<Arguments> forgeries() {
    String good = sign(KEY, "k1", "JWT", good());
    String header = good.substring(0, good.indexOf('.'));
    String payload = good.substring(good.indexOf('.') + 1, good.lastIndexOf('.'));
    String signature = good.substring(good.lastIndexOf('.') + 1);
    String evil = good().put("sub", "admin").toString();
    return Stream.of(
        arguments(
            "a stranger's key", sign(STRANGER, "k1", "JWT", good()), Reason.EVIDENCE_SIGNATURE),
        arguments(
            "another issuer's key",
            sign(OTHER_KEY, "k2", "JWT", good()),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "another issuer's key, our kid",
            sign(OTHER_KEY, "k1", "JWT", good()),
            Reason.EVIDENCE_SIGNATURE),
        arguments(
            "another's key, no kid",
            sign(OTHER_KEY, null, "JWT", good()),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "kid with path",
            sign(KEY, "../../dev/null", "JWT", good()),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "kid with SQL", sign(KEY, "k1' or '1'='1", "JWT", good()), Reason.EVIDENCE_KEY_UNKNOWN),
        arguments("kid in upper case", sign(KEY, "K1", "JWT", good()), Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "kid with control characters",
            sign(KEY, "k1\n\u001b[2J", "JWT", good()),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "changed payload",
            header + "." + encode(evil) + "." + signature,
            Reason.EVIDENCE_SIGNATURE),
        arguments(
            "r and s zero",
            header + "." + payload + "." + encode(new byte[64]),
            Reason.EVIDENCE_SIGNATURE),
        arguments("short signature", header + "." + payload + ".AAAA", Reason.EVIDENCE_SIGNATURE),
        arguments("no signature", header + "." + payload + ".", Reason.EVIDENCE_MALFORMED),
        arguments(
            "alg none",
            encode("{\"alg\":\"none\"}") + "." + payload + ".",
            Reason.EVIDENCE_MALFORMED),
        arguments(
            "alg none signed",
            encode("{\"alg\":\"none\"}") + "." + payload + "." + signature,
            Reason.EVIDENCE_ALGORITHM),
        arguments(
            "alg NoNe",
            encode("{\"alg\":\"NoNe\"}") + "." + payload + "." + signature,
            Reason.EVIDENCE_ALGORITHM),
        arguments(
            "alg HS256",
            encode("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "." + payload + "." + signature,
            Reason.EVIDENCE_ALGORITHM),
        arguments(
            "alg RS256 with an EC key",
            encode("{\"alg\":\"RS256\",\"kid\":\"k1\"}") + "." + payload + "." + signature,
            Reason.EVIDENCE_ALGORITHM),
        arguments(
            "alg ES384 with a P-256 key",
            encode("{\"alg\":\"ES384\",\"kid\":\"k1\"}") + "." + payload + "." + signature,
            Reason.EVIDENCE_ALGORITHM),
        arguments(
            "embedded jwk",
            withHeader("\"jwk\":" + jwk("k1", STRANGER).toJson()),
            Reason.EVIDENCE_SIGNATURE),
        arguments(
            "jku", withHeader("\"jku\":\"https://evil.org/jwks\""), Reason.EVIDENCE_SIGNATURE),
        arguments("x5u", withHeader("\"x5u\":\"https://evil.org/x5u\""), Reason.EVIDENCE_SIGNATURE),
        arguments("x5c", withHeader("\"x5c\":[\"AAAA\"]"), Reason.EVIDENCE_SIGNATURE),
        arguments("crit", withHeader("\"crit\":[\"exp\"]"), Reason.EVIDENCE_MALFORMED),
        arguments("b64", withHeader("\"b64\":false"), Reason.EVIDENCE_MALFORMED),
        arguments("zip", withHeader("\"zip\":\"DEF\""), Reason.EVIDENCE_MALFORMED),
        arguments("duplicate kid", withHeader("\"kid\":\"k1\""), Reason.EVIDENCE_MALFORMED),
        arguments("five parts", good + ".a.b", Reason.EVIDENCE_MALFORMED),
        arguments("empty", "", Reason.EVIDENCE_MALFORMED),
        arguments("dots", ".".repeat(9000), Reason.EVIDENCE_MALFORMED),
        arguments("a megabyte", "a".repeat(1 << 20), Reason.REQUEST_TOO_LARGE),
        arguments(
            "JSON serialization", "{\"payload\":\"" + payload + "\"}", Reason.EVIDENCE_MALFORMED),
        arguments("with white space", " " + good, Reason.EVIDENCE_MALFORMED),
        arguments("with newline", good + "\n", Reason.EVIDENCE_MALFORMED));
  }

  private static String withHeader(String member) {
    String header = encode("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"k1\"," + member + "}");
    String signed = header + "." + encode(good().toString());
    return signed
        + "."
        + encode(
            Crypto.sign(
                SignatureAlgorithm.ES256,
                STRANGER.getPrivate(),
                signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void aForgedTokenIsRefused(String name, String token, Reason reason) {
    Attestation.Refused refused = refused(attestor, new Evidence.PlatformToken(token));
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
    assertThat(refused.detail()).doesNotContain("\n", "\u001b").hasSizeLessThanOrEqualTo(1000);
    assertThat(refused.evidence().sha256()).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {
        "at+jwt",
        "application/at+jwt",
        "AT+JWT",
        "dpop+jwt",
        "wit+jwt",
        "wpt+jwt",
        "secevent+jwt",
        "txntoken+jwt",
        "oauth-id-jag+jwt",
        "logout+jwt",
        "token-introspection+jwt",
        "oauth-client-attestation+jwt",
        "JOSE",
        "JWT ",
        "vc+sd-jwt",
        "none"
      })
  void aTokenOfAnotherTypeIsRefused(String type) {
    Evidence evidence = new Evidence.PlatformToken(sign(KEY, "k1", type, good()));
    assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.EVIDENCE_TYPE);
  }

  /** Bound to a key (RFC 7800 section 3), or another's who acts for it (RFC 8693 section 4.1). */
  @Test
  void aTokenThatIsNotSimplyItsSubjectsIsNoBearers() {
    for (String claim : List.of("cnf", "act")) {
      for (ObjectNode claims : List.of(good().put(claim, "a"), good().putNull(claim))) {
        assertThat(refused(attestor, token(claims)).reason()).isEqualTo(Reason.EVIDENCE_TYPE);
      }
    }
  }

  @Test
  void aTokenWithoutTypeOrInLowerCaseIsTaken() {
    attested(attestor, new Evidence.PlatformToken(sign(KEY, "k1", null, good())));
    attested(attestor, new Evidence.PlatformToken(sign(KEY, "k1", "jwt", good())));
  }

  @Test
  void leewayIsThirtySecondsOnIatAndNbfAndNoneOnExp() {
    long now = NOW.getEpochSecond();
    attested(attestor, token(good().put("iat", now + 30).put("nbf", now + 30)));
    attested(attestor, token(good().put("exp", now + 1)));
    assertThat(attestor.attest(token(good().put("exp", now + 1)), NOW.plusSeconds(1)))
        .isInstanceOf(Attestation.Refused.class);
  }

  @Test
  void aTokenWithoutKeyIdIsVerifiedWithAllFittingKeysOfItsIssuer() {
    world.keysOf(ISSUER).keys = keySet(jwk("a", STRANGER), jwk("b", KEY));
    attested(attestor, new Evidence.PlatformToken(sign(KEY, null, "JWT", good())));
  }

  @Test
  void aTokenWithoutKeyIdMakesUsTryAFewKeysOnly() {
    Jwk[] many = new Jwk[20];
    for (int i = 0; i < 20; i++) {
      many[i] = jwk("k" + i, i == 19 ? KEY : STRANGER);
    }
    world.keysOf(ISSUER).keys = keySet(many);
    assertThat(
            refused(attestor, new Evidence.PlatformToken(sign(KEY, null, "JWT", good()))).reason())
        .isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void aKeyForAnotherUseOrAlgorithmVerifiesNothing() {
    world.keysOf(ISSUER).keys = keySet(new Jwk("k1", "enc", null, KEY.getPublic(), null));
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    world.keysOf(ISSUER).keys =
        keySet(new Jwk("k1", "sig", SignatureAlgorithm.ES384, KEY.getPublic(), null));
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.EVIDENCE_ALGORITHM);
  }

  @Test
  void aKeyForEncryptionIsNotTriedForATokenThatNamesNoKey() {
    Evidence nameless = new Evidence.PlatformToken(sign(KEY, null, "JWT", good()));
    world.keysOf(ISSUER).keys = keySet(new Jwk("k1", "enc", null, KEY.getPublic(), null));
    assertThat(refused(attestor, nameless).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    world.keysOf(ISSUER).keys =
        keySet(new Jwk("k1", "sig", SignatureAlgorithm.ES384, KEY.getPublic(), null));
    assertThat(refused(attestor, nameless).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void anUnknownKeyIsFetchedOnceWhereFetchingIsDueAndNeverOnAnEventLoop() {
    FakeSource<?> source = world.keysOf(ISSUER);
    world.keysOf(ISSUER).keys = keySet(jwk("old", STRANGER));
    assertThat(attestor.mayWait(token(good()))).isFalse();
    world.keysOf(ISSUER).next = keySet(jwk("k1", KEY));
    assertThat(attestor.mayWait(token(good()))).isTrue();
    assertThat(attestor.attestAtOnce(token(good()), NOW)).isNull();

    world.mayBlock = false;
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    assertThat(source.fetches).isZero();

    world.mayBlock = true;
    attested(attestor, token(good()));
    assertThat(source.fetches).isEqualTo(1);
    assertThat(attestor.mayWait(token(good()))).isFalse();
  }

  @Test
  void expiredAndMisaddressedTokensNeverMakeUsFetch() {
    world.keysOf(ISSUER).next = keySet(jwk("k1", KEY));
    ObjectNode claims = good().put("exp", NOW.getEpochSecond() - 1);
    refused(attestor, new Evidence.PlatformToken(sign(KEY, "new", "JWT", claims)));
    refused(attestor, new Evidence.PlatformToken(sign(KEY, "new", "JWT", good().put("aud", "x"))));
    assertThat(world.keysOf(ISSUER).fetches).isZero();
  }

  @Test
  void withoutKeysNothingIsBelieved() {
    world.keysOf(ISSUER).keys = null;
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
  }

  @Test
  void keysOfOneIssuerNeverVerifyForAnother() {
    world.keysOf(OTHER).keys = keySet(jwk("k1", OTHER_KEY));
    Evidence crossed = new Evidence.PlatformToken(sign(OTHER_KEY, "k1", "JWT", good()));
    assertThat(refused(attestor, crossed).reason()).isEqualTo(Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void aTokenOlderThanItsMaximumAgeIsRefusedAndNothingOutlivesIt() {
    attestor = world.attestor(issuer("ci", ISSUER, "maxAge: 2m"));
    AttestedWorkload workload = attested(attestor, token(good()));
    assertThat(workload.expiresAt()).isEqualTo(NOW.plusSeconds(60));
    Instant old = NOW.minusSeconds(120);
    assertThat(refused(attestor, token(good().put("iat", old.getEpochSecond()))).reason())
        .isEqualTo(Reason.EVIDENCE_EXPIRED);
    ObjectNode ageless = good();
    ageless.remove("iat");
    assertThat(refused(attestor, token(ageless)).reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
  }

  @Test
  void pinsAreMetExactly() {
    attestor =
        world.attestor(
            issuer("ci", ISSUER, "require: {team: [payments, ledger], n: 5, /deep/a: true}"));
    ObjectNode claims = good();
    claims.putObject("deep").put("a", true);
    attested(attestor, token(claims));
    for (String team : List.of("Payments", "payments ", "pay", "payments*", "*", "")) {
      assertThat(refused(attestor, token(claims.deepCopy().put("team", team))).reason())
          .as(team)
          .isEqualTo(Reason.PIN_NOT_MET);
    }
    ObjectNode list = claims.deepCopy();
    list.putArray("team").add("payments");
    ObjectNode absent = claims.deepCopy();
    absent.remove("team");
    ObjectNode shallow = claims.deepCopy();
    shallow.remove("deep");
    for (ObjectNode wrong : List.of(list, absent, shallow, claims.deepCopy().put("n", 6))) {
      assertThat(refused(attestor, token(wrong)).reason()).isEqualTo(Reason.PIN_NOT_MET);
    }
  }

  @Test
  void aRefusalSaysWhatWasClaimedWithinBounds() {
    ObjectNode claims =
        good().put("iss", "https://evil.org/\u001b]0;x\u0007\u202e" + "x".repeat(2000));
    Attestation.Refused refused = refused(attestor, token(claims));
    assertThat(refused.evidence().issuer())
        .hasSize(256)
        .doesNotContain("\u001b", "\u0007", "\u202e");
    assertThat(refused.detail()).hasSizeLessThan(300).doesNotContain("\u001b", "\u202e");
    assertThat(refused.evidence().kind()).isNull();
    assertThat(refused(attestor, token(good().put("exp", 1))).evidence().kind())
        .isEqualTo(EvidenceKind.OIDC);
  }

  @Test
  void anIssuerThatWasRemovedIsNotHonouredAnyMore() {
    attestor = world.attestor(issuer("other", OTHER, ""));
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.ISSUER_NOT_TRUSTED);
  }

  @Test
  void ourOwnAccessTokenIsNoEvidence() {
    ObjectNode claims = good().put("iss", BROKER);
    String token = sign(world.ownKey, "own-1", "at+jwt", claims);
    assertThat(refused(attestor, new Evidence.PlatformToken(token)).reason())
        .isEqualTo(Reason.ISSUER_NOT_TRUSTED);
  }

  /** An issuer may keep a key for one purpose only, and knows which by its name. */
  @Test
  void anotherKeyOfTheIssuerDoesNotSignForTheOneThatIsNamed() {
    world.keysOf(ISSUER).keys = keySet(jwk("k1", STRANGER), jwk("k2", KEY));
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.EVIDENCE_SIGNATURE);
    world.keysOf(ISSUER).keys = keySet(jwk("k2", KEY), jwk("k1", STRANGER));
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.EVIDENCE_SIGNATURE);
    attested(attestor, new Evidence.PlatformToken(sign(KEY, "k2", "JWT", good())));
  }

  @Test
  void anExplanationOfAProofForManyUsesSaysSo() {
    Examination examination = attestor.examine(token(good()), NOW);
    assertThat(examination.attestation()).isInstanceOf(Attestation.Attested.class);
    assertThat(examination.singleUse()).isFalse();
    assertThat(examination.review()).isNull();
    assertThat(attested(attestor, token(good())).attributes()).doesNotContainKey("reviewed");
  }
}
