package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MintPropertyTest {
  private static final String SCOPE_CHARACTERS =
      "!#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~";
  private final TestRing test = new TestRing();
  private final Mint mint =
      new Mint(test.ring(), "https://mintmark.example.org", new SecureRandom());
  private final PublicKey key = Crypto.generate(SignatureAlgorithm.ES256).getPublic();

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void noCredentialOutlivesAnyOfItsCaps(long seed) throws Exception {
    Random random = new Random(seed);
    Instant authorityEnds = test.ring().authority(test.now()).notAfter();
    for (int i = 0; i < 300; i++) {
      Instant now =
          test.now()
              .plusMillis(random.nextLong(Duration.between(test.now(), authorityEnds).toMillis()));
      Instant granted = now.plusMillis(1 + random.nextInt(200_000_000));
      Instant evidence = now.plusMillis(1 + random.nextInt(200_000_000));
      Decision.Terms terms =
          switch (random.nextInt(3)) {
            case 0 -> Grants.accessToken("a");
            case 1 -> Grants.jwtSvid("x");
            default -> Grants.x509Svid(key);
          };
      Credential credential =
          mint.mint(Grants.of(terms, now, granted, evidence, false, Delegation.NONE), now);
      String round = "seed %d, round %d".formatted(seed, i);
      assertThat(credential.expiresAt()).as(round).isBeforeOrEqualTo(granted);
      assertThat(credential.expiresAt())
          .as(round)
          .isBeforeOrEqualTo(now.plus(test.ring().longestCredential()));
      switch (credential) {
        case Credential.AccessToken token -> {
          assertThat(token.expiresAt()).as(round).isBeforeOrEqualTo(evidence);
          assertThat(expiry(token.token())).as(round).isEqualTo(token.expiresAt());
        }
        case Credential.JwtSvid svid ->
            assertThat(expiry(svid.token())).as(round).isEqualTo(svid.expiresAt());
        case Credential.X509Svid svid ->
            assertThat(svid.chain().getFirst().getNotAfter().toInstant())
                .as(round)
                .isEqualTo(svid.expiresAt())
                .isBeforeOrEqualTo(authorityEnds);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void theScopesOfATokenAreExactlyTheGranted(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Set<Scope> scopes = new HashSet<>();
      for (int n = random.nextInt(20); n > 0; n--) {
        scopes.add(new Scope(scope(random)));
      }
      var terms = new Decision.AccessToken("r", Grants.AUDIENCE, scopes, null, null);
      var token =
          (Credential.AccessToken)
              mint.mint(Grants.of(terms, test.now(), test.now().plusSeconds(60)), test.now());
      JsonNode claims = Jws.parse(token.token(), 65536).claims();
      Set<Scope> found =
          Arrays.stream(claims.path("scope").asText("").split(" "))
              .filter(word -> !word.isEmpty())
              .map(Scope::new)
              .collect(Collectors.toSet());
      assertThat(found).as("seed %d, round %d", seed, i).isEqualTo(scopes);
    }
  }

  private static String scope(Random random) {
    StringBuilder scope = new StringBuilder();
    for (int n = 1 + random.nextInt(30); n > 0; n--) {
      scope.append(SCOPE_CHARACTERS.charAt(random.nextInt(SCOPE_CHARACTERS.length())));
    }
    return scope.toString();
  }

  private static Instant expiry(String token) throws Exception {
    return Instant.ofEpochSecond(Jws.parse(token, 65536).claims().path("exp").asLong());
  }
}
