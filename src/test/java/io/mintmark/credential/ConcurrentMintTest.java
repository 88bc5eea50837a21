package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.Jws;
import io.mintmark.keys.KeyCommand;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.TestRing;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrentMintTest {
  private static final int EACH = 400;
  private final TestRing test = new TestRing();
  private final Mint mint =
      new Mint(test.ring(), "https://mintmark.example.org", new SecureRandom());
  private final Instant now = test.now();

  @Test
  void whileKeysTurnEveryTokenIsWholeAndItsKeyIsPublished() throws Exception {
    try (var pool = Executors.newFixedThreadPool(5)) {
      List<Future<Set<String>>> minters = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        minters.add(pool.submit(this::mintMany));
      }
      Future<Void> turner = pool.submit(turnMany());
      Set<String> serials = new HashSet<>();
      for (Future<Set<String>> minter : minters) {
        serials.addAll(minter.get());
      }
      turner.get();
      assertThat(serials).hasSize(4 * EACH);
    }
  }

  private Set<String> mintMany() throws Exception {
    Set<String> serials = new HashSet<>();
    for (int i = 0; i < EACH; i++) {
      var token =
          (Credential.AccessToken)
              mint.mint(Grants.of(Grants.accessToken("a"), now, now.plusSeconds(60)), now);
      Jws jws = Jws.parse(token.token(), 9999);
      Jwk key =
          JwkSet.parse(test.ring().jwks()).keys().stream()
              .filter(k -> String.valueOf(k.keyId()).equals(jws.keyId()))
              .findFirst()
              .orElseThrow();
      assertThat(jws.signedBy(key.key())).isTrue();
      serials.add(token.serial());
    }
    return serials;
  }

  private Callable<Void> turnMany() {
    return () -> {
      for (int i = 0; i < 50; i++) {
        var made = test.ring().prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, now);
        if (made instanceof KeyCommand.Done(var key)) {
          test.ring().activate(KeyUse.ACCESS_TOKEN, key.id(), true, now);
        }
      }
      return null;
    };
  }
}
