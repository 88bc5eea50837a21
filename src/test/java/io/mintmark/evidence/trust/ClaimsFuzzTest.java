package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.security.KeyPair;
import java.util.Map;

/**
 * Claims of any bytes, signed by keys that are trusted: an issuer that has gone mad proves what its
 * document lets it prove, of the audience and the time that it must be, and nothing beside it.
 */
class ClaimsFuzzTest {
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String CI = "https://token.actions.githubusercontent.com";
  private static final String CLUSTER = "https://cluster.example.org";
  private static final String ANY = "https://idp.example.org";
  private static final Map<String, String> BELOW =
      Map.of(CI, "/gh/", CLUSTER, "/ns/", ANY, "/any/");
  private static final World WORLD = new World();
  private static final TrustAttestor ATTESTOR = attestor();

  private static TrustAttestor attestor() {
    TrustAttestor attestor =
        WORLD.attestor(
            documents(
                document(
                    "Issuer",
                    "gh",
                    "type: github\nissuer: "
                        + CI
                        + "\nrequire: {repository_owner_id: 65}\n"
                        + "identity: spiffe://example.org/gh/{owner}/{repo}\n"),
                document(
                    "Issuer",
                    "k8s",
                    "type: kubernetes\nissuer: "
                        + CLUSTER
                        + "\nidentity: spiffe://example.org/ns/{namespace}/sa/{serviceaccount}\n"),
                document(
                    "Issuer",
                    "any",
                    "type: oidc\nissuer: "
                        + ANY
                        + "\nidentity: spiffe://example.org/any/{claim:sub}/x\n"),
                document(
                    "TrustDomain",
                    "prod.example.org",
                    "bundle: {workloadApi: \"unix:///run/prod.sock\"}\n"
                        + "accepts: [jwt-svid]\n")));
    for (String issuer : BELOW.keySet()) {
      WORLD.keysOf(issuer).keys = keySet(jwk("k", KEY));
    }
    WORLD.bundlesOf("prod.example.org").keys =
        World.bundle(new TrustDomain("prod.example.org"), null, jwk("k", KEY));
    return attestor;
  }

  @FuzzTest
  void anIssuerProvesNoMoreThanItsOwn(byte[] bytes) {
    String token = Jws.sign(SignatureAlgorithm.ES256, KEY.getPrivate(), "k", "JWT", bytes);
    check(ATTESTOR.attest(new Evidence.PlatformToken(token), NOW), false);
    check(ATTESTOR.attest(new Evidence.JwtSvid(token), NOW), true);
  }

  private static void check(Attestation attestation, boolean svid) {
    switch (attestation) {
      case Attestation.Attested(var workload) -> {
        String id = workload.id().uri();
        String below =
            svid
                ? "spiffe://prod.example.org/"
                : "spiffe://example.org" + BELOW.get(workload.issuer());
        if (!id.startsWith(below) || !workload.expiresAt().isAfter(NOW)) {
          throw new AssertionError("\"" + workload.issuer() + "\" proves \"" + id + "\"");
        }
      }
      case Attestation.Refused refused -> {
        if (refused.detail().length() > 1_000
            || refused.detail().equals("checking the evidence failed unexpectedly")
            || refused.detail().chars().anyMatch(Character::isISOControl)) {
          throw new AssertionError(refused.detail());
        }
      }
    }
  }
}
