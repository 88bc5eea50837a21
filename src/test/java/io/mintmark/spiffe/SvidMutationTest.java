package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Mutations;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No bytes get another answer than a value or a refusal, and no changed certificate holds. */
class SvidMutationTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final Pki.Issued ROOT =
      Pki.authority("CN=root").uris("spiffe://example.org").selfSigned();
  private static final X509Certificate LEAF =
      Pki.leaf("spiffe://example.org/ns/a/sa/b").by(ROOT).certificate();
  private static final Bundle BUNDLE =
      new Bundle(
          DOMAIN,
          List.of(ROOT.certificate()),
          List.of(
              new Jwk(
                  "k",
                  "jwt-svid",
                  null,
                  Crypto.generate(SignatureAlgorithm.ES256).getPublic(),
                  null)),
          1L,
          Duration.ofMinutes(5));

  @Test
  void noMutationOfALeafHolds() throws Exception {
    byte[] good = LEAF.getEncoded();
    Mutations.feed(
        5280,
        10_000,
        List.of(good),
        mutated -> {
          List<X509Certificate> chain;
          try {
            chain = Certificates.parse(mutated, X509Svid.MAX_CHAIN);
          } catch (MalformedCertificate refused) {
            return;
          }
          SvidCheck check = X509Svid.validate(chain, BUNDLE, Pki.NOW);
          if (check instanceof SvidCheck.Valid) {
            assertThat(Arrays.equals(chain.getFirst().getEncoded(), good)).isTrue();
          }
        });
  }

  @Test
  void aSignatureThatLeavesBitsOutIsRefused() throws Exception {
    byte[] bytes;
    do {
      bytes = Pki.leaf("spiffe://example.org/ns/a/sa/b").by(ROOT).certificate().getEncoded();
    } while ((bytes[bytes.length - 1] & 1) != 0);
    X509Certificate good = Certificates.parse(bytes, 1).getFirst();
    assertThat(X509Svid.validate(List.of(good), BUNDLE, Pki.NOW))
        .isInstanceOf(SvidCheck.Valid.class);
    bytes[bytes.length - good.getSignature().length - 1] = 1;
    X509Certificate other = Certificates.parse(bytes, 1).getFirst();
    assertThat(other.getSignature()).isEqualTo(good.getSignature());
    assertThat(X509Svid.validate(List.of(other), BUNDLE, Pki.NOW))
        .isNotInstanceOf(SvidCheck.Valid.class);
  }

  /** Of the bit string that holds the signature: nobody has signed its length. */
  @Test
  void aLengthInMoreBytesThanItNeedsIsRefused() throws Exception {
    byte[] good = Pki.leaf("spiffe://example.org/ns/a/sa/b").by(ROOT).certificate().getEncoded();
    X509Certificate first = Certificates.parse(good, 1).getFirst();
    int at = good.length - first.getSignature().length - 2;
    byte[] longer = new byte[good.length + 1];
    System.arraycopy(good, 0, longer, 0, at);
    longer[at] = (byte) 0x81;
    System.arraycopy(good, at, longer, at + 1, good.length - at);
    longer[3]++; // the whole is of more than 255 bytes, which take two
    X509Certificate other = Certificates.parse(longer, 1).getFirst();
    assertThat(other.getEncoded()).isEqualTo(longer);
    assertThat(X509Svid.validate(List.of(first), BUNDLE, Pki.NOW))
        .isInstanceOf(SvidCheck.Valid.class);
    assertThat(X509Svid.validate(List.of(other), BUNDLE, Pki.NOW))
        .isNotInstanceOf(SvidCheck.Valid.class);
  }

  @Test
  void noMutationOfAnIntermediateHolds() throws Exception {
    Pki.Issued intermediate = Pki.authority("CN=i").uris("spiffe://example.org").by(ROOT);
    X509Certificate leaf = Pki.leaf("spiffe://example.org/a").by(intermediate).certificate();
    byte[] good = intermediate.certificate().getEncoded();
    Mutations.feed(
        5281,
        5_000,
        List.of(good),
        mutated -> {
          X509Certificate signer;
          try {
            signer = Certificates.parse(mutated, 1).getFirst();
          } catch (MalformedCertificate refused) {
            return;
          }
          if (X509Svid.validate(List.of(leaf, signer), BUNDLE, Pki.NOW)
              instanceof SvidCheck.Valid) {
            assertThat(signer.getEncoded()).isEqualTo(good);
          }
        });
  }

  @Test
  void noMutationOfABundleEscapes() {
    Mutations.feed(
        7517,
        3_000,
        List.of(BUNDLE.toJson()),
        mutated -> {
          try {
            Bundle bundle = Bundle.parse(DOMAIN, mutated);
            assertThat(Bundle.parse(DOMAIN, bundle.toJson()).toJson()).isEqualTo(bundle.toJson());
          } catch (MalformedBundle refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void noMutationOfPemEscapes() {
    Mutations.feed(
        7468,
        5_000,
        List.of(Certificates.pem(List.of(LEAF)).getBytes(StandardCharsets.US_ASCII)),
        mutated -> {
          try {
            assertThat(Certificates.parse(mutated, 4)).isNotEmpty();
          } catch (MalformedCertificate refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }
}
