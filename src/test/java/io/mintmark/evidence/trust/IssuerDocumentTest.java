package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Documents of issuers that look wrong and are right, or the other way. */
class IssuerDocumentTest {
  private static final String CLUSTER =
      """
      type: kubernetes
      issuer: https://oidc.prod.example.org
      identity: spiffe://prod.example.org/ns/{namespace}/sa/{serviceaccount}
      """;
  private static final String ANY =
      """
      type: oidc
      issuer: https://idp.example.org
      identity: spiffe://example.org/x/{claim:sub}
      """;

  private final World world = new World();

  @Test
  void anIssuerWithoutIdentityIsAnErrorBesideOthersToo() {
    String wrong = ANY.replace("idp", "idp2").replace("{claim:sub}", "{sub}");
    assertThat(
            world.compile(documents(document("Issuer", "a", ANY), document("Issuer", "b", wrong))))
        .isInstanceOf(TrustCompilation.Broken.class);
  }

  @Test
  void whatOthersGiveByTheNameOfOurReservedIdentitiesIsTheirs() {
    String theirs = ANY.replace("example.org/x", "prod.example.org/mintmark");
    assertThat(world.problems(document("Issuer", "a", theirs))).isEmpty();
  }

  @Test
  void anIdentityWithoutTheNameThatNeedsANamespaceNeedsNone() {
    String ofPods =
        CLUSTER.replace("ns/{namespace}/sa/{serviceaccount}", "pod/{pod_uid}") + "review: never\n";
    assertThat(world.problems(document("Issuer", "a", ofPods))).isEmpty();
  }

  @Test
  void anyTypeWillDoForSharedIssuersThatHaveNone() {
    String google = ANY.replace("https://idp.example.org", "https://accounts.google.com");
    assertThat(world.problems(document("Issuer", "a", google + "require: {sub: 7}\n"))).isEmpty();
    assertThat(world.problems(document("Issuer", "a", google + "require: {hd: example.org}\n")))
        .singleElement()
        .asString()
        .contains("pin an ID too, one of azp, sub");
  }
}
