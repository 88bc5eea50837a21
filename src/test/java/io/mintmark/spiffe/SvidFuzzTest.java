package io.mintmark.spiffe;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;

/** Fuzzes the parsers: whatever comes, they answer with a value or their own exception. */
class SvidFuzzTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Bundle BUNDLE =
      new Bundle(DOMAIN, List.of(ROOT.certificate()), List.of(), null, null);

  @FuzzTest
  void aChainIsRefused(byte[] bytes) {
    try {
      List<X509Certificate> chain = Certificates.parse(bytes, X509Svid.MAX_CHAIN);
      if (X509Svid.validate(chain, BUNDLE, Pki.NOW) instanceof SvidCheck.Valid) {
        throw new AssertionError("nobody signed this");
      }
    } catch (MalformedCertificate refused) {
      // as it should
    }
  }

  @FuzzTest
  void aBundleIsParsedOrRefused(byte[] bytes) {
    try {
      Bundle.parse(DOMAIN, bytes);
    } catch (MalformedBundle refused) {
      // as it should
    }
  }
}
