package io.mintmark.spiffe;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.house.Allocation;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/** Fuzzes the parsers: whatever comes, they answer with a value or their own exception. */
class SvidFuzzTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Bundle BUNDLE =
      new Bundle(DOMAIN, List.of(ROOT.certificate()), List.of(), null, null);

  @FuzzTest
  void aChainIsRefused(byte[] bytes) throws Exception {
    Allocation.bounded(bytes.length, () -> chain(bytes));
  }

  @FuzzTest
  void aBundleIsParsedOrRefused(byte[] bytes) throws Exception {
    Allocation.bounded(bytes.length, () -> bundle(bytes));
  }

  @FuzzTest
  void anIdIsParsedOrRefused(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      WorkloadId id = WorkloadId.parse(text);
      if (!id.uri().equals(text) || !WorkloadId.parse(id.uri()).equals(id)) {
        throw new AssertionError("an id that reads as \"" + id + "\": \"" + text + "\"");
      }
    } catch (MalformedWorkloadId refused) {
      // as it should
    }
  }

  private static void chain(byte[] bytes) {
    try {
      List<X509Certificate> chain = Certificates.parse(bytes, X509Svid.MAX_CHAIN);
      X509Svid.claimedTrustDomain(chain.getFirst());
      if (X509Svid.validate(chain, BUNDLE, Pki.NOW) instanceof SvidCheck.Valid) {
        throw new AssertionError("nobody signed this");
      }
    } catch (MalformedCertificate | MalformedWorkloadId refused) {
      // as it should
    }
  }

  private static void bundle(byte[] bytes) {
    Bundle bundle;
    try {
      bundle = Bundle.parse(DOMAIN, bytes);
    } catch (MalformedBundle refused) {
      return;
    }
    try {
      if (!Bundle.parse(DOMAIN, bundle.toJson()).equals(bundle)) {
        throw new AssertionError("a bundle that reads otherwise once it is written");
      }
    } catch (MalformedBundle lost) {
      throw new AssertionError("a bundle that cannot be read once it is written", lost);
    }
  }
}
