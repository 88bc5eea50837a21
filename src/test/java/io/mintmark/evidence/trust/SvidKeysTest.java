package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.bundle;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the keys of a trust domain are fetched for an SVID, and when it waits for them. */
class SvidKeysTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final String ORDERS = "spiffe://prod.example.org/ns/payments/sa/orders";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair OTHER_KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Certificates CA = Certificates.authority("prod");
  private static final Certificates OTHER_CA = Certificates.authority("other");

  private final World world = new World();
  private final TrustAttestor attestor =
      world.attestor(
          documents(
              document(
                  "TrustDomain",
                  PROD.name(),
                  """
                  bundle: {workloadApi: "unix:///run/prod.sock"}
                  accepts: [jwt-svid, x509-svid]
                  """),
              document(
                  "Issuer",
                  "ci",
                  """
                  type: oidc
                  issuer: https://ci.example.org
                  identity: spiffe://prod.example.org/ns/payments/sa/{claim:sub}
                  """)));

  @BeforeEach
  void giveBundles() {
    world.bundlesOf(PROD.name()).keys = bundle(PROD, CA, jwk("p1", KEY));
    world.keysOf("https://ci.example.org").keys = World.keySet(jwk("k1", KEY));
  }

  private static ObjectNode good() {
    return fresh("{\"sub\":\"" + ORDERS + "\"}");
  }

  private static Evidence svid(ObjectNode claims) {
    return new Evidence.JwtSvid(sign(KEY, "p1", "JWT", claims));
  }

  private static Evidence.X509Svid x509(String... uris) {
    return new Evidence.X509Svid(List.of(CA.leaf(uris)));
  }

  /** Or whoever sends us anything would have us ask for keys as often as we may. */
  @Test
  void anSvidThatNamesNoNewKeyNeverMakesUsFetch() {
    FakeSource<Bundle> source = world.bundlesOf(PROD.name());
    source.next = bundle(PROD, OTHER_CA, jwk("p2", OTHER_KEY));
    Evidence nameless = new Evidence.JwtSvid(sign(KEY, null, "JWT", good()));
    for (Evidence known : List.of(svid(good()), nameless, x509(ORDERS))) {
      assertThat(attestor.mayWait(known)).isFalse();
      assertThat(attestor.attestAtOnce(known, NOW)).isInstanceOf(Attestation.Attested.class);
      attested(attestor, known);
    }
    Evidence stranger = new Evidence.JwtSvid(sign(OTHER_KEY, null, "JWT", good()));
    assertThat(attestor.mayWait(stranger)).isFalse();
    assertThat(refused(attestor, stranger).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    for (String keyId : List.of("p1", "p2")) {
      ObjectNode old = good().put("exp", NOW.getEpochSecond());
      refused(attestor, new Evidence.JwtSvid(sign(OTHER_KEY, keyId, "JWT", old)));
    }
    Evidence forged = new Evidence.JwtSvid(sign(OTHER_KEY, "p1", "JWT", good()));
    assertThat(refused(attestor, forged).reason()).isEqualTo(Reason.EVIDENCE_SIGNATURE);
    refused(attestor, new Evidence.X509Svid(List.of(OTHER_CA.leaf(NOW, ORDERS))));
    assertThat(source.fetches).isZero();
  }

  @Test
  void aBundleIsFetchedWhereFetchingIsDueOnlyAndNeverOnAnEventLoop() {
    Evidence newKey = new Evidence.JwtSvid(sign(OTHER_KEY, "p2", "JWT", good()));
    Evidence newAuthority = new Evidence.X509Svid(List.of(OTHER_CA.leaf(ORDERS)));
    FakeSource<Bundle> source = world.bundlesOf(PROD.name());
    for (Evidence evidence : List.of(newKey, newAuthority)) {
      assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
      source.keys = null;
      assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
      world.mayBlock = false;
      source.next = bundle(PROD, OTHER_CA, jwk("p2", OTHER_KEY));
      assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
      source.keys = bundle(PROD, CA, jwk("p1", KEY));
      assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
      assertThat(source.fetches).isZero();
      world.mayBlock = true;
      source.next = null;
    }
  }

  @Test
  void aProofWithACertificateWaitsForTheKeysOfEither() {
    FakeSource<Bundle> source = world.bundlesOf(PROD.name());
    source.next = bundle(PROD, OTHER_CA, jwk("p2", OTHER_KEY));
    Evidence newProof = new Evidence.JwtSvid(sign(OTHER_KEY, "p2", "JWT", good()));
    Evidence.X509Svid newHolder = new Evidence.X509Svid(List.of(OTHER_CA.leaf(ORDERS)));
    Evidence.X509Svid holder = x509(ORDERS);
    Evidence known = new Evidence.Bound(svid(good()), holder);
    assertThat(attestor.mayWait(known)).isFalse();
    assertThat(attestor.attestAtOnce(known, NOW)).isInstanceOf(Attestation.Attested.class);
    Evidence bySomeone = new Evidence.Bound(newProof, holder);
    for (Evidence unknown : List.of(bySomeone, new Evidence.Bound(svid(good()), newHolder))) {
      assertThat(attestor.mayWait(unknown)).isTrue();
      assertThat(attestor.attestAtOnce(unknown, NOW)).isNull();
    }
    assertThat(attestor.mayWait(new Evidence.Bound(bySomeone, newHolder))).isFalse();
    source.keys = null;
    assertThat(attestor.mayWait(holder)).isTrue();
    assertThat(source.fetches).isZero();
  }

  /** Who sends what can only be refused is not worth a thread. */
  @Test
  void whatIsRefusedWithoutKeysNeverWaits() {
    world.bundles.values().forEach(source -> source.next = bundle(PROD, CA, jwk("p2", KEY)));
    ObjectNode subjectless = good();
    subjectless.remove("sub");
    for (Evidence evidence :
        List.of(
            new Evidence.JwtSvid("x"),
            svid(subjectless),
            svid(good().put("sub", "spiffe://evil.org/x")),
            new Evidence.X509Svid(List.of()),
            x509(),
            x509("spiffe://evil.org/x"),
            new Evidence.PlatformToken("x"),
            new Evidence.PlatformToken(sign(KEY, "k2", "JWT", good())),
            new Evidence.PlatformToken(
                sign(KEY, "k2", "JWT", good().put("iss", "https://evil.org"))))) {
      assertThat(attestor.mayWait(evidence)).isFalse();
      assertThat(attestor.attestAtOnce(evidence, NOW))
          .isInstanceOf(Attestation.Refused.class)
          .isEqualTo(attestor.attest(evidence, NOW));
    }
  }
}
