package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;

/** Each platform's document and token, from one end to the other. */
class PlatformsTest {
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String CLUSTER = "https://oidc.prod.example.org";
  private static final String GITHUB = "https://token.actions.githubusercontent.com";
  private static final String GITLAB = "https://gitlab.com";

  private final World world = new World();

  private TrustAttestor trust(String issuer, String spec) {
    TrustAttestor attestor =
        world.attestor(document("Issuer", "it", spec.formatted(issuer).stripTrailing() + "\n"));
    world.keysOf(issuer).keys = keySet(jwk("k", KEY));
    return attestor;
  }

  private static Evidence token(ObjectNode claims) {
    return new Evidence.PlatformToken(sign(KEY, "k", null, claims));
  }

  private TrustAttestor cluster(String path, String more) {
    return trust(
        CLUSTER,
        "type: kubernetes\nissuer: %s\nidentity: spiffe://prod.example.org" + path + "\n" + more);
  }

  private static ObjectNode serviceAccount() {
    ObjectNode claims =
        fresh(
            "{\"iss\":\""
                + CLUSTER
                + "\",\"sub\":\"system:serviceaccount:payments:orders\",\"kubernetes.io\":"
                + "{\"namespace\":\"payments\",\"serviceaccount\":{\"name\":\"orders\",\"uid\":\"u-1\"}}}");
    claims.putArray("aud").add(World.BROKER);
    return claims;
  }

  @Test
  void aServiceAccountBecomesItsIdentity() {
    TrustAttestor attestor = cluster("/ns/{namespace}/sa/{serviceaccount}", "");
    AttestedWorkload workload = attested(attestor, token(serviceAccount()));
    assertThat(workload.id().uri()).isEqualTo("spiffe://prod.example.org/ns/payments/sa/orders");
    assertThat(workload.kind()).isEqualTo(EvidenceKind.KUBERNETES);
    assertThat(workload.attributes()).containsEntry("serviceaccount_uid", "u-1");
  }

  @Test
  void aClustersTokenIsAnHourOldAtMostUnlessItsDocumentSaysOtherwise() {
    long now = NOW.getEpochSecond();
    Evidence young = token(serviceAccount().put("iat", now - 3599).put("exp", now + 86_400));
    Evidence old = token(serviceAccount().put("iat", now - 3600).put("exp", now + 86_400));
    TrustAttestor attestor = cluster("/ns/{namespace}/sa/{serviceaccount}", "");
    assertThat(attested(attestor, young).expiresAt()).isEqualTo(NOW.plusSeconds(1));
    assertThat(refused(attestor, old).reason()).isEqualTo(Reason.EVIDENCE_EXPIRED);
    attestor = cluster("/ns/{namespace}/sa/{serviceaccount}", "maxAge: 2h");
    assertThat(attested(attestor, old).expiresAt()).isEqualTo(NOW.plusSeconds(3600));
  }

  @Test
  void aTokenOfNoPodHasNoIdentityThatNamesThePod() {
    TrustAttestor attestor = cluster("/ns/{namespace}/pod/{pod_uid}", "");
    assertThat(refused(attestor, token(serviceAccount())).reason())
        .isEqualTo(Reason.IDENTITY_MALFORMED);
  }

  @Test
  void aTokenForTheApiServerTooIsRefused() {
    TrustAttestor attestor = cluster("/ns/{namespace}/sa/{serviceaccount}", "");
    ObjectNode claims = serviceAccount();
    claims.putArray("aud").add(World.BROKER).add("https://kubernetes.default.svc");
    assertThat(refused(attestor, token(claims)).reason()).isEqualTo(Reason.EVIDENCE_AUDIENCE);
  }

  @Test
  void aNamespaceThatIsPinnedLetsNoOtherPass() {
    TrustAttestor attestor = cluster("/sa/{serviceaccount}", "require: {namespace: payments}");
    attested(attestor, token(serviceAccount()));
    ObjectNode other = World.claims(serviceAccount().toString().replace("payments", "evil"));
    assertThat(refused(attestor, token(other)).reason()).isEqualTo(Reason.PIN_NOT_MET);
  }

  @Test
  void aClaimThatIsNoAttributeCanBePinned() {
    String pin = "require: {sub: \"system:serviceaccount:payments:orders\"}";
    TrustAttestor attestor = cluster("/sa/{serviceaccount}", pin);
    attested(attestor, token(serviceAccount()));
    ObjectNode other = World.claims(serviceAccount().toString().replace("payments", "evil"));
    assertThat(refused(attestor, token(other)).reason()).isEqualTo(Reason.PIN_NOT_MET);
  }

  @Test
  void aGitHubJobIsKnownByTheIdsOfRepositoryAndOwner() {
    TrustAttestor attestor =
        trust(
            GITHUB,
            """
            type: github
            issuer: %s
            require: {repository_owner_id: 65, runner_environment: github-hosted}
            identity: spiffe://prod.example.org/ci/{owner}/{repo}/{environment}
            """);
    ObjectNode job =
        fresh(
            "{\"iss\":\""
                + GITHUB
                + "\",\"sub\":\"repo:octo@65/app@74:environment:prod\",\"repository\":\"octo/app\","
                + "\"repository_id\":\"74\",\"repository_owner\":\"octo\",\"repository_owner_id\":\"65\","
                + "\"environment\":\"prod\",\"event_name\":\"push\",\"runner_environment\":\"github-hosted\"}");
    assertThat(attested(attestor, token(job)).id().uri())
        .isEqualTo("spiffe://prod.example.org/ci/octo/app/prod");
    // the owner's name was given up and taken by somebody else
    ObjectNode squatter =
        job.deepCopy()
            .put("repository_owner_id", "66")
            .put("sub", "repo:octo@66/app@74:environment:prod");
    assertThat(refused(attestor, token(squatter)).reason()).isEqualTo(Reason.PIN_NOT_MET);
    ObjectNode selfHosted = job.deepCopy().put("runner_environment", "self-hosted");
    assertThat(refused(attestor, token(selfHosted)).reason()).isEqualTo(Reason.PIN_NOT_MET);
    ObjectNode odd =
        job.deepCopy()
            .put("environment", "prod/../x")
            .put("sub", "repo:octo/app:environment:prod/../x");
    assertThat(refused(attestor, token(odd)).reason()).isEqualTo(Reason.IDENTITY_MALFORMED);
    ObjectNode outside = job.deepCopy().put("event_name", "pull_request");
    assertThat(refused(attestor, token(outside)).reason()).isEqualTo(Reason.PIN_NOT_MET);
  }

  @Test
  void aGitLabJobIsKnownByTheIdOfItsProject() {
    TrustAttestor attestor =
        trust(
            GITLAB,
            """
            type: gitlab
            issuer: %s
            audience: https://mintmark.example.org
            require: {namespace_id: "72", ref_protected: true}
            identity: spiffe://prod.example.org/gitlab/{namespace_id}/{project_id}
            """);
    ObjectNode job =
        fresh(
            "{\"iss\":\""
                + GITLAB
                + "\",\"sub\":\"project_path:g/p:ref_type:branch:ref:main\",\"project_id\":\"20\","
                + "\"project_path\":\"g/p\",\"namespace_id\":\"72\",\"namespace_path\":\"g\","
                + "\"ref\":\"main\",\"ref_type\":\"branch\",\"ref_protected\":\"true\"}");
    assertThat(refused(attestor, token(job)).reason()).isEqualTo(Reason.EVIDENCE_AUDIENCE);
    job.put("aud", "https://mintmark.example.org");
    assertThat(attested(attestor, token(job)).id().uri())
        .isEqualTo("spiffe://prod.example.org/gitlab/72/20");
    assertThat(refused(attestor, token(job.deepCopy().put("ref_protected", "false"))).reason())
        .isEqualTo(Reason.PIN_NOT_MET);
  }

  @Test
  void aTokenOfOnePlatformIsNeverReadAsAnothers() {
    TrustAttestor attestor = cluster("/ns/{namespace}/sa/{serviceaccount}", "");
    ObjectNode job =
        fresh("{\"iss\":\"" + CLUSTER + "\",\"sub\":\"repo:o/r:ref:x\",\"repository\":\"o/r\"}");
    assertThat(refused(attestor, token(job)).reason()).isEqualTo(Reason.EVIDENCE_MALFORMED);
  }
}
