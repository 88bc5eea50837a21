package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No bytes get another answer from the parsers than a value or {@link MalformedJose}. */
class JoseMutationTest {
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String TOKEN =
      Jws.sign(
          SignatureAlgorithm.ES256,
          KEYS.getPrivate(),
          "key",
          "JWT",
          bytes("{\"sub\":\"spiffe://a/b\",\"aud\":[\"c\"],\"exp\":1300819380.5,\"iat\":1}"));

  @Test
  void noMutationOfATokenIsSignedOrEscapes() {
    Mutations.feed(
        20261122,
        10_000,
        List.of(bytes(TOKEN)),
        mutated -> {
          String text = new String(mutated, StandardCharsets.ISO_8859_1);
          try {
            Jws jws = Jws.parse(text, 65_536);
            assertThat(jws.signedBy(KEYS.getPublic())).isEqualTo(text.equals(TOKEN));
          } catch (MalformedJose refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void noMutationOfAHeaderOrAPayloadEscapes() {
    String signature = TOKEN.substring(TOKEN.lastIndexOf('.'));
    Mutations.feed(
        7515,
        20_000,
        List.of(
            bytes("{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"JWT\"}"),
            bytes("{\"sub\":\"a\",\"aud\":[\"b\"],\"exp\":1.5e9,\"x\":{\"y\":[1,null,true]}}")),
        mutated -> {
          String part = Base64Url.encode(mutated);
          read(part + ".e30" + signature);
          read("eyJhbGciOiJFUzI1NiJ9." + part + signature);
        });
  }

  @Test
  void noMutationOfAJwkSetEscapes() {
    byte[] set =
        JwkSet.toJson(
            List.of(
                new Jwk("a", "sig", SignatureAlgorithm.ES256, KEYS.getPublic(), null),
                new Jwk(
                    "b", null, null, Crypto.generate(SignatureAlgorithm.RS256).getPublic(), null),
                new Jwk(
                    "c",
                    "jwt-svid",
                    null,
                    Crypto.generate(SignatureAlgorithm.EDDSA).getPublic(),
                    null)),
            Map.of("spiffe_sequence", 1L));
    Mutations.feed(
        7517,
        4_000,
        List.of(set),
        mutated -> {
          try {
            for (Jwk key : JwkSet.parse(mutated).keys()) {
              assertThat(Crypto.objection(key.key())).isNull();
            }
          } catch (MalformedJose refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  private static void read(String token) {
    try {
      Jws jws = Jws.parse(token, 65_536);
      for (String name : List.of("sub", "exp", "x")) {
        try {
          jws.typedClaims().string(name);
          jws.typedClaims().audiences();
          jws.typedClaims().instant(name);
        } catch (MalformedJose refused) {
          assertThat(refused.getMessage()).isNotBlank();
        }
      }
    } catch (MalformedJose refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
