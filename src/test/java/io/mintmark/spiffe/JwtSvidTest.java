package io.mintmark.spiffe;

import static io.mintmark.spiffe.Verdicts.assertHolds;
import static io.mintmark.spiffe.Verdicts.assertReason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtSvidTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final String ID = "spiffe://example.org/ns/a/sa/b";
  private static final String AUDIENCE = "https://broker.example.org";
  private static final Instant NOW = Pki.NOW;
  private static final long SECOND = NOW.getEpochSecond();
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair OTHER = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Bundle BUNDLE = bundle(authority("k1", KEYS), authority("k2", OTHER));

  @Test
  void aTokenOfTheBundlesAuthorityHolds() throws MalformedJose {
    Jws jws = Jws.parse(signed("k1", "JWT", claims("")), 8192);
    assertThat(JwtSvid.validate(jws, BUNDLE, AUDIENCE, NOW))
        .isEqualTo(new SvidCheck.Valid(WorkloadId.parse(ID), null, NOW.plusSeconds(60)));
    assertThat(JwtSvid.claimedTrustDomain(jws)).isEqualTo(DOMAIN);
  }

  @Test
  void typeAndIssueTimeAreOptional() throws MalformedJose {
    assertHolds(check(signed("k1", null, claims(",\"iat\":" + SECOND))));
    assertHolds(check(signed("k1", "JOSE", claims(",\"nbf\":" + SECOND + ",\"jti\":\"x\""))));
    assertHolds(
        check(
            signed(
                "k1",
                "JWT",
                claims("").replace("[\"" + AUDIENCE + "\"]", "\"" + AUDIENCE + "\""))));
  }

  @Test
  void withoutKeyIdEveryFittingAuthorityIsTried() throws MalformedJose {
    String token =
        Jws.sign(SignatureAlgorithm.ES256, OTHER.getPrivate(), null, null, bytes(claims("")));
    assertHolds(check(token));
    Jwk rsa = authority("r", Crypto.generate(SignatureAlgorithm.RS256));
    assertHolds(validate(token, bundle(rsa, authority("k2", OTHER))));
    assertReason(validate(token, bundle(rsa)), Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void withoutKeyIdABoundedNumberOfAuthoritiesIsTried() throws MalformedJose {
    List<Jwk> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      crowd.add(authority("c" + i, Crypto.generate(SignatureAlgorithm.ES256)));
    }
    crowd.add(authority("k2", OTHER));
    String token =
        Jws.sign(SignatureAlgorithm.ES256, OTHER.getPrivate(), null, null, bytes(claims("")));
    assertReason(validate(token, bundle(crowd.toArray(Jwk[]::new))), Reason.EVIDENCE_KEY_UNKNOWN);
  }

  /** A key that its bundle gives to RS256 makes no PS256, named or not. */
  @Test
  void withoutKeyIdAKeyIsTriedForItsOwnAlgorithmOnly() throws MalformedJose {
    KeyPair rsa = Crypto.generate(SignatureAlgorithm.RS256);
    Jwk restricted = new Jwk("k", "jwt-svid", SignatureAlgorithm.RS256, rsa.getPublic(), null);
    String token =
        Jws.sign(SignatureAlgorithm.PS256, rsa.getPrivate(), null, null, bytes(claims("")));
    assertReason(validate(token, bundle(restricted)), Reason.EVIDENCE_KEY_UNKNOWN);
    assertHolds(validate(token, bundle(authority("k", rsa))));
  }

  @Test
  void whoIsOneAudienceAmongOthersIsGivenNothingElse() throws MalformedJose {
    String among = aud("[\"b\",\"" + AUDIENCE + "\"]");
    assertHolds(forOneOf(signed("k1", null, among)));
    assertReason(forOneOf(signed("k1", null, aud("[\"b\",\"c\"]"))), Reason.EVIDENCE_AUDIENCE);
    assertReason(forOneOf(signed("k1", null, aud("[]"))), Reason.EVIDENCE_AUDIENCE);
    assertReason(forOneOf(signed("k2", null, among)), Reason.EVIDENCE_SIGNATURE);
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        row("no sub", Reason.EVIDENCE_MALFORMED, "{\"aud\":\"A\",\"exp\":1}"),
        row("number as sub", Reason.EVIDENCE_MALFORMED, "{\"sub\":1,\"aud\":\"A\",\"exp\":1}"),
        row("empty sub", Reason.EVIDENCE_MALFORMED, sub("")),
        row("sub is a name", Reason.IDENTITY_MALFORMED, sub("orders")),
        row("sub without path", Reason.IDENTITY_MALFORMED, sub("spiffe://example.org")),
        row("sub with root path", Reason.IDENTITY_MALFORMED, sub("spiffe://example.org/")),
        row("sub with trailing slash", Reason.IDENTITY_MALFORMED, sub(ID + "/")),
        row("sub with dots", Reason.IDENTITY_MALFORMED, sub("spiffe://example.org/../a")),
        row("sub with query", Reason.IDENTITY_MALFORMED, sub(ID + "?a")),
        row("sub with fragment", Reason.IDENTITY_MALFORMED, sub(ID + "#a")),
        row("sub with port", Reason.IDENTITY_MALFORMED, sub("spiffe://example.org:1/a")),
        row("sub with user", Reason.IDENTITY_MALFORMED, sub("spiffe://a@example.org/a")),
        row("sub with percent", Reason.IDENTITY_MALFORMED, sub(ID + "%2f")),
        row("upper-case scheme", Reason.IDENTITY_MALFORMED, sub("SPIFFE://example.org/a")),
        row("upper-case domain", Reason.IDENTITY_MALFORMED, sub("spiffe://EXAMPLE.org/a")),
        row(
            "domain in another script",
            Reason.IDENTITY_MALFORMED,
            sub("spiffe://ex\u0430mple.org/a")),
        row("sub of another domain", Reason.IDENTITY_MISMATCH, sub("spiffe://example.com/a")),
        row("sub of a subdomain", Reason.IDENTITY_MISMATCH, sub("spiffe://a.example.org/a")),
        row("no aud", Reason.EVIDENCE_AUDIENCE, claims("").replace("\"aud\"", "\"audience\"")),
        row("empty aud", Reason.EVIDENCE_AUDIENCE, aud("[]")),
        row("other aud", Reason.EVIDENCE_AUDIENCE, aud("\"https://other.example.org\"")),
        row("aud with slash", Reason.EVIDENCE_AUDIENCE, aud("\"" + AUDIENCE + "/\"")),
        row(
            "the token endpoint",
            Reason.EVIDENCE_AUDIENCE,
            aud("\"" + AUDIENCE + "/oauth2/token\"")),
        row("aud prefix", Reason.EVIDENCE_AUDIENCE, aud("\"https://broker.example\"")),
        row("aud in upper case", Reason.EVIDENCE_AUDIENCE, aud("\"https://BROKER.example.org\"")),
        row("two auds", Reason.EVIDENCE_AUDIENCE, aud("[\"" + AUDIENCE + "\",\"b\"]")),
        row(
            "aud twice",
            Reason.EVIDENCE_AUDIENCE,
            aud("[\"" + AUDIENCE + "\",\"" + AUDIENCE + "\"]")),
        row("number as aud", Reason.EVIDENCE_MALFORMED, aud("1")),
        row("object as aud", Reason.EVIDENCE_MALFORMED, aud("{}")),
        row("no exp", Reason.EVIDENCE_MALFORMED, claims("").replace("\"exp\"", "\"expires\"")),
        row("string as exp", Reason.EVIDENCE_MALFORMED, exp("\"" + (SECOND + 60) + "\"")),
        row("null exp", Reason.EVIDENCE_MALFORMED, exp("null")),
        row("endless exp", Reason.EVIDENCE_MALFORMED, exp("1e400")),
        row("negative exp", Reason.EVIDENCE_MALFORMED, exp("-1")),
        row("exp in milliseconds", Reason.EVIDENCE_MALFORMED, exp(SECOND + "000")),
        row("exp zero", Reason.EVIDENCE_EXPIRED, exp("0")),
        row("exp now", Reason.EVIDENCE_EXPIRED, exp("" + SECOND)),
        row("exp a moment ago", Reason.EVIDENCE_EXPIRED, exp((SECOND - 1) + ".999")),
        row("nbf ahead", Reason.EVIDENCE_NOT_YET_VALID, claims(",\"nbf\":" + (SECOND + 31))),
        row("iat ahead", Reason.EVIDENCE_NOT_YET_VALID, claims(",\"iat\":" + (SECOND + 31))),
        row("nbf is a string", Reason.EVIDENCE_MALFORMED, claims(",\"nbf\":\"0\"")),
        row("iat is null", Reason.EVIDENCE_MALFORMED, claims(",\"iat\":null")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongClaims")
  void aClaimThatBreaksARuleIsRefusedThoughTheSignatureHolds(
      String name, Reason reason, String claims) throws MalformedJose {
    assertReason(check(signed("k1", "JWT", claims)), reason);
  }

  @Test
  void theLeewayOnTheStartIsThirtySecondsAndOnTheEndNone() throws MalformedJose {
    assertHolds(check(signed("k1", null, claims(",\"nbf\":" + (SECOND + 30)))));
    assertHolds(check(signed("k1", null, claims(",\"iat\":" + (SECOND + 30)))));
    Jws jws = Jws.parse(signed("k1", null, claims("")), 8192);
    Instant end = NOW.plusSeconds(60);
    assertHolds(JwtSvid.validate(jws, BUNDLE, AUDIENCE, end.minusNanos(1)));
    assertReason(JwtSvid.validate(jws, BUNDLE, AUDIENCE, end), Reason.EVIDENCE_EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at+jwt",
        "jwt",
        "jose",
        "Jwt",
        "JWT ",
        "application/jwt",
        "wit+jwt",
        "dpop+jwt",
        "oauth-client-attestation+jwt",
        "txntoken+jwt",
        "secevent+jwt",
        "logout+jwt",
        "JSON",
        "JWE"
      })
  void aTokenOfAnotherTypeIsRefused(String type) throws MalformedJose {
    assertReason(check(signed("k1", type, claims(""))), Reason.EVIDENCE_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"jwk\":{}", "\"jku\":\"https://a\"", "\"x5u\":\"https://a\"", "\"x5c\":[\"AAAA\"]",
        "\"x5t\":\"AAAA\"", "\"x5t#S256\":\"AAAA\"", "\"cty\":\"JWT\"", "\"nonce\":\"a\"",
        "\"iss\":\"a\"", "\"\":1"
      })
  void anyOtherHeaderParameterIsRefused(String member) throws MalformedJose {
    String header = "{\"alg\":\"ES256\",\"kid\":\"k1\"," + member + "}";
    assertReason(check(forge(header, claims(""), KEYS)), Reason.EVIDENCE_MALFORMED);
  }

  @ParameterizedTest
  @EnumSource
  void everyAlgorithmButEdDsaHolds(SignatureAlgorithm algorithm) throws MalformedJose {
    KeyPair keys = Crypto.generate(algorithm);
    Bundle bundle = bundle(new Jwk("k", "jwt-svid", null, keys.getPublic(), null));
    String token = Jws.sign(algorithm, keys.getPrivate(), "k", null, bytes(claims("")));
    if (algorithm == SignatureAlgorithm.EDDSA) {
      assertReason(validate(token, bundle), Reason.EVIDENCE_ALGORITHM);
    } else {
      assertHolds(validate(token, bundle));
    }
  }

  @Test
  void aKeyIsUsedForItsOwnAlgorithmOnly() throws MalformedJose {
    KeyPair rsa = Crypto.generate(SignatureAlgorithm.RS256);
    Jwk restricted = new Jwk("k", "jwt-svid", SignatureAlgorithm.RS256, rsa.getPublic(), null);
    String token =
        Jws.sign(SignatureAlgorithm.PS256, rsa.getPrivate(), "k", null, bytes(claims("")));
    assertReason(validate(token, bundle(restricted)), Reason.EVIDENCE_ALGORITHM);
    assertReason(
        validate(signed("k", null, claims("")), bundle(restricted)), Reason.EVIDENCE_ALGORITHM);
  }

  @Test
  void aKeyIdOfNoAuthorityIsUnknownWhoeverSigned() throws MalformedJose {
    for (String keyId : List.of("k3", "K1", "k1 ", "../k1", "k1\u0000", "' OR 1=1 --")) {
      assertReason(check(signed(keyId, null, claims(""))), Reason.EVIDENCE_KEY_UNKNOWN);
    }
  }

  @Test
  void anotherAuthoritysKeyIdIsASignatureThatDoesNotHold() throws MalformedJose {
    assertReason(check(signed("k2", null, claims(""))), Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void aStrangersSignatureIsRefused() throws MalformedJose {
    KeyPair stranger = Crypto.generate(SignatureAlgorithm.ES256);
    String header = "{\"alg\":\"ES256\",\"kid\":\"k1\"}";
    assertReason(check(forge(header, claims(""), stranger)), Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void claimsOfOneTokenWithTheSignatureOfAnotherAreRefused() throws MalformedJose {
    String good = signed("k1", null, claims(""));
    String other = signed("k1", null, sub("spiffe://example.org/admin"));
    String mixed =
        other.substring(0, other.lastIndexOf('.')) + good.substring(good.lastIndexOf('.'));
    assertReason(check(mixed), Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void anotherDomainsAuthorityVouchesForNobodyHere() throws MalformedJose {
    Bundle other =
        new Bundle(
            new TrustDomain("example.com"), List.of(), List.of(authority("k1", KEYS)), null, null);
    assertReason(validate(signed("k1", null, claims("")), other), Reason.IDENTITY_MISMATCH);
  }

  @Test
  void aBundleWithoutJwtAuthoritiesVouchesForNobody() throws MalformedJose {
    assertReason(validate(signed("k1", null, claims("")), bundle()), Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void aTokenWithoutASpiffeIdClaimsNoTrustDomain() throws MalformedJose {
    for (String claims : List.of("{}", "{\"sub\":1}", "{\"sub\":\"a\"}", "{\"sub\":null}")) {
      Jws jws = Jws.parse(signed("k1", null, claims), 8192);
      assertThatThrownBy(() -> JwtSvid.claimedTrustDomain(jws))
          .isInstanceOf(MalformedWorkloadId.class);
    }
  }

  private static SvidCheck check(String token) throws MalformedJose {
    return validate(token, BUNDLE);
  }

  private static SvidCheck forOneOf(String token) throws MalformedJose {
    return JwtSvid.validateForOneOf(Jws.parse(token, 65_536), BUNDLE, AUDIENCE, NOW);
  }

  private static SvidCheck validate(String token, Bundle bundle) throws MalformedJose {
    return JwtSvid.validate(Jws.parse(token, 65_536), bundle, AUDIENCE, NOW);
  }

  private static Jwk authority(String keyId, KeyPair keys) {
    return new Jwk(keyId, "jwt-svid", null, keys.getPublic(), null);
  }

  private static Bundle bundle(Jwk... authorities) {
    return new Bundle(DOMAIN, List.of(), List.of(authorities), null, null);
  }

  private static String claims(String more) {
    return "{\"sub\":\"%s\",\"aud\":[\"%s\"],\"exp\":%d%s}"
        .formatted(ID, AUDIENCE, SECOND + 60, more);
  }

  private static String sub(String subject) {
    return claims("").replace(ID, subject);
  }

  private static String aud(String json) {
    return claims("").replace("[\"" + AUDIENCE + "\"]", json);
  }

  private static String exp(String json) {
    return claims("").replace("" + (SECOND + 60), json);
  }

  private static String signed(String keyId, @Nullable String type, String claims) {
    return Jws.sign(SignatureAlgorithm.ES256, KEYS.getPrivate(), keyId, type, bytes(claims));
  }

  private static String forge(String header, String claims, KeyPair keys) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String signed =
        encoder.encodeToString(bytes(header)) + "." + encoder.encodeToString(bytes(claims));
    byte[] signature = Crypto.sign(SignatureAlgorithm.ES256, keys.getPrivate(), bytes(signed));
    return signed + "." + encoder.encodeToString(signature);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Arguments row(Object... values) {
    return Arguments.of(values);
  }
}
