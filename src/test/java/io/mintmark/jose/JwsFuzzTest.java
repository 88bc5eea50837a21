package io.mintmark.jose;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.house.Allocation;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Map;

/** Fuzzes the parsers: whatever comes, they answer with a value or {@link MalformedJose}. */
class JwsFuzzTest {
  private static final PublicKey KEY = Crypto.generate(SignatureAlgorithm.ES256).getPublic();

  @FuzzTest
  void aTokenIsParsedOrRefused(byte[] bytes) throws Exception {
    Allocation.bounded(bytes.length, () -> token(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  @FuzzTest
  void aJwkSetIsParsedOrRefused(byte[] bytes) throws Exception {
    Allocation.bounded(bytes.length, () -> keys(bytes));
  }

  private static void token(String text) {
    try {
      Jws jws = Jws.parse(text, 65_536);
      if (jws.signedBy(KEY)) {
        throw new AssertionError("signed by a key that signed nothing");
      }
      Claims claims = jws.typedClaims();
      claims.audiences();
      claims.instant("exp");
      claims.string("sub");
    } catch (MalformedJose refused) {
      // as it should
    }
  }

  private static void keys(byte[] bytes) {
    JwkSet set;
    try {
      set = JwkSet.parse(bytes);
    } catch (MalformedJose refused) {
      return;
    }
    for (Jwk key : set.keys()) {
      if (Crypto.objection(key.key()) != null) {
        throw new AssertionError("an unacceptable key got through");
      }
    }
    try {
      JwkSet again = JwkSet.parse(JwkSet.toJson(set.keys(), Map.of()));
      if (!again.keys().equals(set.keys())) {
        throw new AssertionError("what was read is not what is published of it");
      }
    } catch (MalformedJose lost) {
      throw new AssertionError("what was read cannot be published", lost);
    }
  }
}
