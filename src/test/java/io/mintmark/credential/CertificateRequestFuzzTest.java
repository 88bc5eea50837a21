package io.mintmark.credential;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.jose.Crypto;
import io.mintmark.keys.Pem;

/** Fuzzes the parsers: whatever comes, they answer with a value or with their one exception. */
class CertificateRequestFuzzTest {

  @FuzzTest
  void aRequestIsParsedOrRefused(byte[] bytes) {
    try {
      if (Crypto.objection(CertificateRequest.parse(bytes).key()) != null) {
        throw new AssertionError("an unacceptable key got through");
      }
    } catch (MalformedCsr refused) {
      // as it should
    }
  }

  @FuzzTest
  void pemIsParsedOrRefused(byte[] bytes) {
    try {
      Pem.decode(bytes);
    } catch (IllegalArgumentException refused) {
      // as it should
    }
  }
}
