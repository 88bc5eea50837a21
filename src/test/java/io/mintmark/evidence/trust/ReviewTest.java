package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.BROKER;
import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Review;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.jose.Crypto;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that their platform is asked about, and documents that say so. */
class ReviewTest {
  private static final String ISSUER = "https://cluster.example.org";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair STRANGER = Crypto.generate(SignatureAlgorithm.ES256);
  private static final String POD = ",\"pod\":{\"name\":\"orders-1\",\"uid\":\"p-1\"}";
  private static final Review CONFIRMED =
      new Review.Confirmed(Map.of("pod_labels", Map.of("app", "orders")), NOW);

  private final World world = new World();

  private TrustAttestor attestor(String more) {
    TrustAttestor attestor = world.attestor(issuer(more));
    world.keysOf(ISSUER).keys = keySet(jwk("k1", KEY));
    return attestor;
  }

  private static String issuer(String more) {
    return document(
        "Issuer",
        "cluster",
        """
        type: kubernetes
        issuer: %s
        identity: spiffe://example.org/ns/{namespace}/sa/{serviceaccount}
        %s
        """
            .formatted(ISSUER, more));
  }

  private FakeReviewer reviewer() {
    return world.reviewers.values().iterator().next();
  }

  private static Evidence token(String bound) {
    return token(KEY, bound);
  }

  private static Evidence token(KeyPair key, String bound) {
    ObjectNode claims =
        fresh(
            """
            {"iss":"%s","sub":"system:serviceaccount:payments:orders","kubernetes.io":
             {"namespace":"payments","serviceaccount":{"name":"orders","uid":"s-1"}%s}}
            """
                .formatted(ISSUER, bound));
    return new Evidence.PlatformToken(sign(key, "k1", "JWT", claims));
  }

  @Test
  void theTokenOfADeletedPodIsRefusedWithWhatTheServerSays() {
    TrustAttestor attestor = attestor("review: always");
    reviewer().answer = new Review.Rejected(Reason.EVIDENCE_REVOKED, "pod has been deleted");
    var refused = refused(attestor, token(POD));
    assertThat(refused.reason()).isEqualTo(Reason.EVIDENCE_REVOKED);
    assertThat(refused.detail()).isEqualTo("issuer \"cluster\": pod has been deleted");
  }

  @Test
  void noAnswerIsNoYes() {
    var refused = refused(attestor("review: always"), token(POD));
    assertThat(refused.reason()).isEqualTo(Reason.DEPENDENCY_UNAVAILABLE);
    assertThat(refused.detail())
        .isEqualTo("issuer \"cluster\": the API server gave no answer in time");
  }

  @Test
  void whoseAccountAsksTooMuchAtOnceIsRateLimited() {
    TrustAttestor attestor = attestor("review: always");
    reviewer().answer = new Review.Crowded("too many tokens of this service account wait");
    var refused = refused(attestor, token(POD));
    assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(refused.detail())
        .isEqualTo("issuer \"cluster\": too many tokens of this service account wait");
  }

  @Test
  void aBrokerThatCanAskNobodyRefusesWhoeverMustBeReviewed() {
    assertThat(io.mintmark.evidence.Reviewers.NONE.open(origin(null)).known("00", NOW))
        .isInstanceOf(Review.Unavailable.class);
  }

  @Test
  void nobodyIsAskedAboutATokenThatAStrangerSigned() {
    TrustAttestor attestor = attestor("review: always");
    assertThat(refused(attestor, token(STRANGER, POD)).reason())
        .isEqualTo(Reason.EVIDENCE_SIGNATURE);
    assertThat(reviewer().asked).isEmpty();
  }

  @Test
  void theQuestionIsOfThisTokenForThisAudienceAndPrintsNoToken() {
    TrustAttestor attestor = attestor("review: always");
    reviewer().answer = CONFIRMED;
    Evidence token = token(POD);
    attested(attestor, token);
    var question = reviewer().asked.getFirst();
    assertThat(question.token()).isEqualTo(((Evidence.PlatformToken) token).token());
    assertThat(question.audience()).isEqualTo(BROKER);
    assertThat(question.facts()).containsEntry("pod_uid", "p-1").containsEntry("pod", "orders-1");
    assertThat(question.toString()).doesNotContain(question.token());
  }

  @Test
  void whatTheServerTellsBecomesAttributes() {
    TrustAttestor attestor = attestor("review: always\nattributes: {podLabels: [app]}");
    reviewer().answer = CONFIRMED;
    assertThat(attested(attestor, token(POD)).attributes())
        .containsEntry("pod_labels", Map.of("app", "orders"))
        .containsEntry("reviewed", true)
        .containsEntry("pod", "orders-1");
  }

  @Test
  void onAnEventLoopAForgottenAnswerRefusesAndNobodyIsAsked() {
    TrustAttestor attestor = attestor("review: always");
    world.mayBlock = false;
    var refused = refused(attestor, token(POD));
    assertThat(refused.reason()).isEqualTo(Reason.DEPENDENCY_UNAVAILABLE);
    assertThat(reviewer().asked).isEmpty();
    assertThat(attestor.mayWait(token(POD))).isTrue();
  }

  @Test
  void onAnEventLoopAKnownAnswerIsEnough() {
    TrustAttestor attestor = attestor("review: always");
    world.mayBlock = false;
    reviewer().known = CONFIRMED;
    assertThat(attestor.mayWait(token(POD))).isFalse();
    assertThat(attested(attestor, token(POD)).attributes()).containsEntry("reviewed", true);
  }

  @ParameterizedTest
  @CsvSource({
    "always, '', 1",
    "always, ',\"pod\":{\"name\":\"orders-1\",\"uid\":\"p-1\"}', 1",
    "bound, '', 0",
    "bound, ',\"pod\":{\"name\":\"orders-1\",\"uid\":\"p-1\"}', 1",
    "bound, ',\"node\":{\"name\":\"n-1\",\"uid\":\"n-2\"}', 1",
    "bound, ',\"secret\":{\"name\":\"s\",\"uid\":\"s-2\"}', 1"
  })
  void boundAsksOnlyAboutTokensThatEndWithAnObject(String mode, String bound, int asked) {
    TrustAttestor attestor = attestor("review: " + mode);
    reviewer().answer = CONFIRMED;
    assertThat(attestor.mayWait(token(bound))).isEqualTo(asked == 1);
    assertThat(attested(attestor, token(bound)).attributes()).containsEntry("reviewed", asked == 1);
    assertThat(reviewer().asked).hasSize(asked);
  }

  @Test
  void neverAsksNobodyAndExplainsHowLongADeletedPodsTokenWorks() {
    TrustAttestor attestor = attestor("review: never");
    assertThat(world.reviewers).isEmpty();
    assertThat(attestor.mayWait(token(POD))).isFalse();
    assertThat(attestor.examine(token(POD), NOW).review())
        .isEqualTo(
            "not asked for: were what it is bound to deleted, the token would still work until"
                + " 2026-11-22T12:05:00Z");
  }

  @Test
  void anExplanationSaysWhatTheReviewSaid() {
    TrustAttestor attestor = attestor("review: always");
    reviewer().answer = CONFIRMED;
    assertThat(attestor.examine(token(POD), NOW).review())
        .isEqualTo("confirmed by the platform at 2026-11-22T12:00:00Z");
  }

  @Test
  void aDocumentThatSaysNothingIsWarnedOfHowLongADeletedPodsTokenWorks() {
    assertThat(world.problems(issuer("maxAge: 20m")))
        .singleElement()
        .asString()
        .contains("the token of a deleted pod works on until it is 20m old");
    assertThat(world.problems(issuer("review: never"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "review: sometimes | is not one of",
        "review: [always] | review",
        "review: never\\nattributes: {podLabels: [app]} | \"attributes\" has no meaning",
        "attributes: {podLabels: [app]} | \"attributes\" has no meaning",
        "review: never\\napiServer: {url: https://k, tokenFile: t} | \"apiServer\" has no meaning",
        "review: always\\napiServer: {url: http://k, tokenFile: t} | url",
        "review: always\\napiServer: {url: 'https://u@k', tokenFile: t} | is not an https URL",
        "review: always\\napiServer: {url: https://k} | tokenFile",
        "review: always\\napiServer: {tokenFile: t} | url",
        "review: always\\napiServer: {url: https://k, tokenFile: t, insecure: true} | insecure",
        "review: always\\napiServer: {url: https://k, tokenFile: t, caFile: gone.pem} | gone.pem",
        "review: always\\nattributes: {} | attributes",
        "review: always\\nattributes: {podLabels: []} | podLabels",
        "review: always\\nattributes: {podLabels: [app, app]} | podLabels",
        "review: always\\nattributes: {podLabels: ['*']} | podLabels",
        "review: always\\nattributes: {podLabels: ['a b']} | podLabels",
        "review: always\\nattributes: {podLabels: ['']} | podLabels",
        "review: always\\nattributes: {podLabels: [/app]} | podLabels",
        "review: always\\nattributes: {labels: [app]} | labels",
        "review: always\\nattributes: {nodeLabels: app} | nodeLabels"
      })
  void whatMakesNoSenseIsRefusedByItsField(String more, String word) {
    assertThat(world.compile(issuer(more.replace("\\n", "\n"))))
        .isInstanceOf(TrustCompilation.Broken.class)
        .asString()
        .contains(word);
  }

  @ParameterizedTest
  @CsvSource({"review: always", "attributes: {podLabels: [app]}"})
  void anIssuerOfAnotherTypeHasNobodyToAsk(String more) {
    String oidc =
        document(
            "Issuer",
            "ci",
            "type: oidc\nissuer: https://ci.example.org\nidentity: spiffe://a.org/{claim:sub}\n"
                + more);
    assertThat(world.compile(oidc)).asString().contains("has no meaning of an issuer of type oidc");
  }

  @Test
  void aDocumentThatGoesTakesItsReviewerWithIt() {
    TrustAttestor before = attestor("review: always");
    world.sources.keepOnly(before);
    FakeReviewer old = reviewer();
    world.sources.keepOnly(attestor("review: bound"));
    assertThat(old.closed).isFalse();
    world.sources.keepOnly(attestor("review: bound\nattributes: {podLabels: [app]}"));
    assertThat(old.closed).isTrue();
    assertThat(world.reviewers).containsKey(origin(null)).hasSize(2);
  }

  /** Or the broker's own cluster would say whether another's pods still run. */
  @Test
  void theApiServerThatIsNamedIsTheOneThatIsAsked() {
    String yaml = issuer("review: always\napiServer: {url: https://k.example.org, tokenFile: t}");
    assertThat(world.compile(yaml)).isInstanceOf(TrustCompilation.Compiled.class);
    assertThat(world.reviewers)
        .containsOnlyKeys(origin(new ReviewOrigin.Server("https://k.example.org", null, "t")));
    world.reviewers.clear();
    yaml = yaml.replace("tokenFile: t}", "tokenFile: t, caFile: ca.pem}");
    assertThat(world.compile(yaml, Map.of("ca.pem", "an authority".getBytes(UTF_8))))
        .isInstanceOf(TrustCompilation.Compiled.class);
    assertThat(world.reviewers)
        .containsOnlyKeys(
            origin(new ReviewOrigin.Server("https://k.example.org", "an authority", "t")));
  }

  private static ReviewOrigin origin(ReviewOrigin.Server server) {
    return new ReviewOrigin(
        ISSUER, server, new ReviewOrigin.Wanted(List.of(), List.of(), List.of()));
  }
}
