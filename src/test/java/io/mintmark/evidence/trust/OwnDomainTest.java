package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.OWN;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Platforms that give identities in the broker's own trust domain. */
class OwnDomainTest {
  private static final String CI = "https://ci.example.org";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private final World world = new World();

  private static String ci(String identity) {
    return document(
        "Issuer",
        "ci",
        """
        type: oidc
        issuer: %s
        identity: %s
        """
            .formatted(CI, identity));
  }

  private static String cluster(String identity) {
    return document(
        "Issuer",
        "cluster",
        """
        type: kubernetes
        issuer: https://cluster.example.org
        review: never
        certificateRequests: [pod-certificate]
        identity: %s
        """
            .formatted(identity));
  }

  private Evidence token(ObjectNode claims) {
    world.keysOf(CI).keys = keySet(jwk("k1", KEY));
    return new Evidence.PlatformToken(sign(KEY, "k1", "JWT", claims.put("iss", CI)));
  }

  private static Evidence request(String namespace) {
    return new Evidence.ClusterRequest(
        EvidenceKind.POD_CERTIFICATE,
        Map.of("namespace", namespace, "serviceaccount", "broker", "pod_uid", "p-1"),
        "00",
        NOW.minusSeconds(5),
        Duration.ofHours(1));
  }

  /** Whoever may choose a project's or a namespace's name would be the broker. */
  @ParameterizedTest
  @CsvSource({"/{claim:sub}", "/{claim:sub}/broker"})
  void noTokenProvesAnIdentityOfTheBroker(String path) {
    TrustAttestor attestor = world.attestor(ci(OWN.uri() + path));
    ObjectNode claims = fresh("{\"sub\":\"mintmark\"}");
    assertThat(refused(attestor, token(claims)).reason()).isEqualTo(Reason.IDENTITY_MALFORMED);
    attested(attestor, token(claims.put("sub", "mintmark2")));
    TrustAttestor elsewhere = world.attestor(ci("spiffe://prod.example.org" + path));
    attested(elsewhere, token(claims.put("sub", "mintmark")));
  }

  @Test
  void noRequestOfAClusterProvesAnIdentityOfTheBroker() {
    String path = "/{namespace}/{serviceaccount}";
    TrustAttestor attestor = world.attestor(cluster(OWN.uri() + path));
    assertThat(refused(attestor, request("mintmark")).reason())
        .isEqualTo(Reason.IDENTITY_MALFORMED);
    attested(attestor, request("mintmark2"));
    attested(world.attestor(cluster("spiffe://prod.example.org" + path)), request("mintmark"));
  }

  /** Or an SVID of ours would give another by way of a platform's token. */
  @Test
  void aTokenShownWithACertificateOfOursIsOfOurs() {
    TrustAttestor attestor =
        world.attestor(
            documents(
                document("TrustDomain", OWN.name(), "accepts: [x509-svid]"),
                ci(OWN.uri() + "/{claim:sub}")));
    Evidence proof = token(fresh("{\"sub\":\"orders\"}"));
    assertThat(attested(attestor, proof).struckHere()).isFalse();
    Evidence.X509Svid holder =
        new Evidence.X509Svid(List.of(world.ownAuthority.leaf(OWN.uri() + "/orders")));
    assertThat(attested(attestor, new Evidence.Bound(proof, holder)).struckHere()).isTrue();
  }
}
