package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.keys.KeySettings;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two weeks of a broker's life with a key a day, restarts and clocks that are set. Between two
 * changes of the JWKS tokens only expire, so looking at each change is looking at each second.
 */
class RotationSimulationTest {
  private static final Duration LEAD = Duration.ofMinutes(15);

  private record Issued(Jws token, Instant expiresAt) {}

  private final KeySettings settings =
      new KeySettings(
          TestRing.DOMAIN,
          List.of(SignatureAlgorithm.ES256, SignatureAlgorithm.EDDSA),
          SignatureAlgorithm.ES256,
          new KeySettings.OwnRoot(SignatureAlgorithm.ES256),
          Duration.ofDays(1),
          LEAD,
          Duration.ofHours(6),
          Duration.ofMinutes(5));
  private final TestRing test = new TestRing(settings, new MemoryKeyStore());
  private final Map<String, Duration> publishedAt = new HashMap<>();
  private final List<Issued> issued = new ArrayList<>();
  private Duration lived = Duration.ZERO;
  private Instant latest = TestRing.START;
  private byte[] seen = new byte[0];

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyTokenVerifiesUntilItExpiresAndNoVerifierMeetsAnUnknownKey(long seed) throws Exception {
    Random random = new Random(seed);
    boolean setBack = false;
    see();
    publishedAt.replaceAll((id, at) -> LEAD.negated()); // the first start waits for nobody
    while (lived.compareTo(Duration.ofDays(14)) < 0) {
      Duration step = Duration.ofSeconds(1 + random.nextInt(600));
      lived = lived.plus(step);
      test.pass(step);
      if (random.nextInt(300) == 0) {
        test.jump(setBack ? Duration.ofHours(1) : Duration.ofHours(-1));
        setBack = !setBack;
      }
      if (random.nextInt(150) == 0) {
        test.reopened(Set.of());
      }
      latest = test.now().isAfter(latest) ? test.now() : latest;
      test.tick();
      see();
      if (random.nextInt(4) == 0) {
        issue(random);
      }
    }
    assertThat(publishedAt).as("keys that lived, seed %d", seed).hasSizeGreaterThan(35);
  }

  private void issue(Random random) throws Exception {
    Mint mint = new Mint(test.ring(), "https://mintmark.example.org", new SecureRandom());
    Instant end = test.now().plusSeconds(1 + random.nextInt(48 * 3600));
    Decision.Terms terms =
        switch (random.nextInt(3)) {
          case 0 -> Grants.accessToken("a");
          case 1 -> Grants.boundToken(null, SignatureAlgorithm.EDDSA, "a");
          default -> Grants.jwtSvid("x");
        };
    Credential credential = mint.mint(Grants.of(terms, test.now(), end), test.now());
    String token =
        switch (credential) {
          case Credential.AccessToken access -> access.token();
          case Credential.JwtSvid svid -> svid.token();
          case Credential.X509Svid svid -> throw new AssertionError(svid);
        };
    Jws jws = Jws.parse(token, 9999);
    assertThat(publishedAt.get(jws.keyId()))
        .as("a verifier that fetches every lead has the key by %s", lived)
        .isLessThanOrEqualTo(lived.minus(LEAD));
    issued.add(new Issued(jws, credential.expiresAt()));
  }

  /** Looks at the JWKS as verifiers do. */
  private void see() throws Exception {
    byte[] jwks = test.ring().jwks();
    if (Arrays.equals(jwks, seen)) {
      return;
    }
    seen = jwks;
    Map<String, Jwk> keys = new HashMap<>();
    for (Jwk key : JwkSet.parse(jwks).keys()) {
      keys.put(key.keyId(), key);
      publishedAt.putIfAbsent(key.keyId(), lived);
    }
    issued.removeIf(token -> !token.expiresAt().isAfter(latest));
    for (Issued token : issued) {
      Jwk key = keys.get(token.token().keyId());
      assertThat(key)
          .as("key of a token that lives until %s, at %s", token.expiresAt(), test.now())
          .isNotNull();
      assertThat(token.token().signedBy(key.key())).isTrue();
    }
  }
}
