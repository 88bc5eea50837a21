package io.mintmark.jose;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.workload.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;

/** Fuzzes the parsers: whatever comes, they answer with a value or {@link MalformedJose}. */
class JwsFuzzTest {
  private static final PublicKey KEY = Crypto.generate(SignatureAlgorithm.ES256).getPublic();

  @FuzzTest
  void aTokenIsParsedOrRefused(byte[] bytes) {
    try {
      Jws jws = Jws.parse(new String(bytes, StandardCharsets.ISO_8859_1), 65_536);
      if (jws.signedBy(KEY)) {
        throw new AssertionError("signed by a key that signed nothing");
      }
    } catch (MalformedJose refused) {
      // as it should
    }
  }

  @FuzzTest
  void aJwkSetIsParsedOrRefused(byte[] bytes) {
    try {
      for (Jwk key : JwkSet.parse(bytes).keys()) {
        if (Crypto.objection(key.key()) != null) {
          throw new AssertionError("an unacceptable key got through");
        }
      }
    } catch (MalformedJose refused) {
      // as it should
    }
  }
}
