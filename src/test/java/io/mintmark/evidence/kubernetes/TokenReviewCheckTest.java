package io.mintmark.evidence.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.workload.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A TokenReview that says yes to somebody else. */
class TokenReviewCheckTest {
  private static final String AUDIENCE = "https://mintmark.example.org";
  private static final Map<String, Object> FACTS =
      Map.of(
          "namespace", "payments",
          "serviceaccount", "orders",
          "serviceaccount_uid", "s-1",
          "pod", "orders-1",
          "pod_uid", "p-1",
          "node", "n-1",
          "node_uid", "n-2");

  private static Reviewer.Question question(Map<String, Object> facts) {
    return new Reviewer.Question("a.b.c", "00", AUDIENCE, facts);
  }

  private static TokenReviewStatus status(
      List<String> audiences, String username, @Nullable String uid, Map<String, String> extra) {
    Map<String, List<String>> lists = new HashMap<>();
    extra.forEach(
        (name, value) -> lists.put("authentication.kubernetes.io/" + name, List.of(value)));
    return new TokenReviewStatus(true, null, audiences, username, uid, lists);
  }

  private static Map<String, String> extra() {
    return new HashMap<>(
        Map.of("pod-name", "orders-1", "pod-uid", "p-1", "node-name", "n-1", "node-uid", "n-2"));
  }

  private static TokenReviewStatus good(UnaryOperator<Map<String, String>> change) {
    return status(
        List.of(AUDIENCE), "system:serviceaccount:payments:orders", "s-1", change.apply(extra()));
  }

  private static @Nullable Reason reason(TokenReviewStatus status) {
    Review.Rejected objection = TokenReviewCheck.objection(question(FACTS), status);
    return objection == null ? null : objection.reason();
  }

  @Test
  void aReviewThatAgreesInAllConfirms() {
    assertThat(reason(good(extra -> extra))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "system:serviceaccount:payments:orders, s-2",
    "system:serviceaccount:payments:orders, ",
    "system:serviceaccount:payments:orders-2, s-1",
    "system:serviceaccount:staging:orders, s-1",
    "system:serviceaccount:payments, s-1",
    "orders, s-1",
    "SYSTEM:serviceaccount:payments:orders, s-1",
    "system:admin, s-1"
  })
  void anotherAccountOrItsNamesakeOfAnotherUidIsAMismatch(String username, @Nullable String uid) {
    assertThat(reason(status(List.of(AUDIENCE), username, uid, extra())))
        .isEqualTo(Reason.IDENTITY_MISMATCH);
  }

  @ParameterizedTest
  @CsvSource({
    "pod-uid, p-2",
    "pod-name, orders-2",
    "node-name, n-9",
    "node-uid, n-9",
    "pod-uid, ",
    "pod-name, "
  })
  void anotherPodOrNodeIsAMismatch(String name, @Nullable String value) {
    assertThat(
            reason(
                good(
                    extra -> {
                      if (value == null) {
                        extra.remove(name);
                      } else {
                        extra.put(name, value);
                      }
                      return extra;
                    })))
        .isEqualTo(Reason.IDENTITY_MISMATCH);
  }

  @Test
  void anOlderServerMaySayNothingOfNodes() {
    assertThat(
            reason(
                good(
                    extra -> {
                      extra.remove("node-name");
                      extra.remove("node-uid");
                      return extra;
                    })))
        .isNull();
  }

  @Test
  void aPodThatTheTokenDoesNotNameIsAMismatch() {
    Map<String, Object> unbound = new HashMap<>(FACTS);
    unbound.remove("pod");
    unbound.remove("pod_uid");
    assertThat(TokenReviewCheck.objection(question(unbound), good(extra -> extra)))
        .extracting(Review.Rejected::reason)
        .isEqualTo(Reason.IDENTITY_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod-name", "pod-uid", "node-name", "node-uid"})
  void twoPodsOrNodesAreNone(String name) {
    TokenReviewStatus good = good(extra -> extra);
    Map<String, List<String>> twice = new HashMap<>(good.extra());
    twice.computeIfPresent(
        "authentication.kubernetes.io/" + name, (_, one) -> List.of(one.getFirst(), "another"));
    assertThat(reason(said(good, twice))).isEqualTo(Reason.IDENTITY_MISMATCH);
  }

  @Test
  void aTokenOfNoPodIsConfirmedWhereTheServerKnowsOfNone() {
    Map<String, Object> unbound = new HashMap<>(FACTS);
    unbound.keySet().removeAll(List.of("pod", "pod_uid", "node", "node_uid"));
    TokenReviewStatus good = good(extra -> extra);
    Map<String, List<String>> nodes = new HashMap<>(good.extra());
    nodes.keySet().removeIf(name -> name.contains("/pod-"));
    assertThat(TokenReviewCheck.objection(question(unbound), said(good, nodes))).isNull();
    assertThat(TokenReviewCheck.objection(question(unbound), said(good, Map.of()))).isNull();
  }

  private static TokenReviewStatus said(TokenReviewStatus good, Map<String, List<String>> extra) {
    return new TokenReviewStatus(true, null, good.audiences(), good.username(), good.uid(), extra);
  }

  @Test
  void aServerThatNamesNoAudienceHasNotCheckedIt() {
    String username = "system:serviceaccount:payments:orders";
    for (List<String> audiences :
        List.of(List.<String>of(), List.of("https://kubernetes.default.svc"), List.of(""))) {
      assertThat(reason(status(audiences, username, "s-1", extra())))
          .isEqualTo(Reason.EVIDENCE_AUDIENCE);
    }
  }

  @Test
  void whoIsNotAuthenticatedIsRevokedWhateverElseIsSaid() {
    TokenReviewStatus status =
        new TokenReviewStatus(
            false,
            null,
            List.of(AUDIENCE),
            "system:serviceaccount:payments:orders",
            "s-1",
            Map.of());
    assertThat(reason(status)).isEqualTo(Reason.EVIDENCE_REVOKED);
  }
}
