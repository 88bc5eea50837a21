package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.keys.JwtKey;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A builder that went wrong: whatever it writes beside its grant never leaves. */
class StruckTokenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = TestRing.START;
  private static final String ISSUER = "https://mintmark.example.org";
  private static final AccessTokenClaims BOUND = accessToken("thumb", "a", "b");
  private static final AccessTokenClaims BEARER = accessToken(null);
  private static final JwtSvidClaims SVID =
      new JwtSvidClaims(ISSUER, Grants.jwtSvid("x", "y"), NOW, NOW.plusSeconds(300), "id");
  private final TestRing test = new TestRing(SignatureAlgorithm.RS256);

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "iss|\"https://other.example.org\"",
        "sub|\"spiffe://prod.example.org/admin\"",
        "client_id|\"spiffe://prod.example.org/admin\"",
        "aud|\"https://other.example.org\"",
        "aud|[\"https://ledger.example.org\"]",
        "exp|1795349101",
        "exp|1795349100.5",
        "exp|\"1795349100\"",
        "iat|1795348799",
        "jti|\"another\"",
        "jti|null",
        "scope|\"a b c\"",
        "scope|\"a c\"",
        "scope|\"a\"",
        "scope|\"a a b\"",
        "scope|\"\"",
        "x5t#S256|\"other\""
      })
  void anAccessTokenWithAnotherClaimThanGrantedNeverLeaves(String claim, String value)
      throws IOException {
    ObjectNode claims = claims(BOUND.write());
    BOUND.check(claims);
    boolean confirmation = claim.equals("x5t#S256");
    (confirmation ? (ObjectNode) claims.get("cnf") : claims).set(claim, JSON.readTree(value));
    assertDiffers(claim, () -> BOUND.check(claims));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"iss", "sub", "client_id", "aud", "exp", "iat", "jti", "scope", "cnf", "act"})
  void anAccessTokenWithAClaimLessOrMoreNeverLeaves(String claim) throws IOException {
    ObjectNode claims = claims(BOUND.write());
    if (claims.remove(claim) == null) {
      claims.putObject(claim);
    }
    assertThatThrownBy(() -> BOUND.check(claims)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBearerTokenWithScopesOrAConfirmationNeverLeaves() throws IOException {
    BEARER.check(claims(BEARER.write()));
    ObjectNode scoped = claims(BEARER.write()).put("scope", "a");
    assertDiffers("claims", () -> BEARER.check(scoped));
    ObjectNode bound = claims(BEARER.write());
    bound.putObject("cnf").put("x5t#S256", "thumb");
    assertDiffers("claims", () -> BEARER.check(bound));
  }

  @Test
  void aConfirmationOfMoreThanTheCertificateNeverLeaves() throws IOException {
    ObjectNode claims = claims(BOUND.write());
    ((ObjectNode) claims.get("cnf")).put("jkt", "another");
    assertDiffers("claims", () -> BOUND.check(claims));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "iss|\"https://other.example.org\"",
        "sub|\"spiffe://broker.example.org/admin\"",
        "jti|\"another\"",
        "exp|1795349101",
        "iat|1795348799",
        "aud|\"x\"",
        "aud|{\"a\":\"x\",\"b\":\"y\"}",
        "aud|[\"x\"]",
        "aud|[\"x\",\"y\",\"z\"]",
        "aud|[\"x\",\"z\"]",
        "aud|[\"x\",1]"
      })
  void aJwtSvidWithAnotherClaimThanGrantedNeverLeaves(String claim, String value)
      throws IOException {
    ObjectNode claims = claims(SVID.write());
    SVID.check(claims);
    claims.set(claim, JSON.readTree(value));
    assertDiffers(claim, () -> SVID.check(claims));
  }

  @Test
  void aJwtSvidWithAClaimMoreOrNoAudienceNeverLeaves() throws IOException {
    ObjectNode claims = claims(SVID.write()).put("scope", "a");
    assertDiffers("claims", () -> SVID.check(claims));
    var nobody = new Decision.JwtSvid(Grants.HERE, Set.of());
    assertThatThrownBy(() -> new JwtSvidClaims(ISSUER, nobody, NOW, NOW.plusSeconds(1), "id"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTokenOfAnotherKeyTypeOrHeaderNeverLeaves() throws Exception {
    JwtKey key = test.ring().tokenKey(null);
    String token = CompactJws.sign(key, BOUND.write());
    JwtKey other = test.ring().svidKey();
    assertDiffers("kid", () -> CompactJws.check(token, other, "at+jwt", true));
    JwtKey rsa = test.ring().tokenKey(SignatureAlgorithm.RS256);
    assertDiffers("alg", () -> CompactJws.check(token, rsa, "at+jwt", true));
    assertDiffers("typ", () -> CompactJws.check(token, key, "JWT", true));
    String header =
        "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"at+jwt\",\"cty\":\"x\"}"
            .formatted(key.algorithm().word(), key.id());
    String more = signed(key, header);
    assertDiffers("header", () -> CompactJws.check(more, key, "at+jwt", true));
    assertThatThrownBy(() -> CompactJws.check(token.substring(1), key, "at+jwt", true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("malformed");
  }

  @Test
  void aSignatureThatDoesNotHoldNeverLeavesWhereItIsVerified() throws Exception {
    JwtKey key = test.ring().tokenKey(null);
    String token = CompactJws.sign(key, BOUND.write());
    String other = CompactJws.sign(key, BEARER.write());
    String mixed =
        token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
    CompactJws.check(token, key, "at+jwt", true);
    assertDiffers("signature", () -> CompactJws.check(mixed, key, "at+jwt", true));
  }

  private static String signed(JwtKey key, String header) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String signed =
        encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + encoder.encodeToString(BOUND.write());
    byte[] signature = key.sign(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + encoder.encodeToString(signature);
  }

  private static void assertDiffers(String part, Runnable check) {
    assertThatThrownBy(check::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(" in \"" + part + "\"");
  }

  private static AccessTokenClaims accessToken(@Nullable String thumbprint, String... scopes) {
    return new AccessTokenClaims(
        ISSUER,
        Grants.ORDERS.uri(),
        Grants.boundToken(thumbprint, null, scopes),
        NOW,
        NOW.plusSeconds(300),
        "id");
  }

  private static ObjectNode claims(byte[] json) throws IOException {
    JsonNode claims = JSON.readTree(json);
    return (ObjectNode) claims;
  }
}
