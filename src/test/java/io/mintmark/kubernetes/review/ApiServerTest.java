package io.mintmark.kubernetes.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.evidence.Review;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.Reviewer;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.workload.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API servers that answer, that lie, that flood, that hang and that are away. */
class ApiServerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Reviewer.Question QUESTION =
      new Reviewer.Question(
          "a.b.c",
          "00",
          "https://mintmark.example.org",
          Map.of(
              "namespace", "payments",
              "serviceaccount", "orders",
              "serviceaccount_uid", "s-1",
              "pod", "orders-1",
              "pod_uid", "p-1",
              "node", "n-1",
              "node_uid", "n-2"));
  private static final String GOOD =
      """
      {"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","status":{"authenticated":true,
      "audiences":["https://mintmark.example.org"],"user":{
      "username":"system:serviceaccount:payments:orders","uid":"s-1","groups":[],"extra":{
      "authentication.kubernetes.io/pod-name":["orders-1"],
      "authentication.kubernetes.io/pod-uid":["p-1"],
      "authentication.kubernetes.io/node-name":["n-1"],
      "authentication.kubernetes.io/node-uid":["n-2"]}}}}
      """;

  private final FakeApiServer fake = new FakeApiServer();
  private final ClusterApi cluster = cluster();

  private ClusterApi cluster() {
    try {
      return ClusterApi.at(fake.url(), null, () -> "broker-token");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    cluster.close();
    fake.close();
  }

  private Review ask() throws NoAnswer {
    return ask(ReviewOrigin.Wanted.NOTHING, Duration.ofSeconds(5));
  }

  private Review ask(ReviewOrigin.Wanted wanted, Duration patience) throws NoAnswer {
    try (ApiServer server = new ApiServer(cluster.client(), wanted, () -> NOW, () -> {})) {
      return server.ask(QUESTION, Deadline.in(patience));
    }
  }

  private void says(int status, String json) {
    fake.answering = exchange -> FakeApiServer.answer(exchange, status, json);
  }

  @Test
  void aTokenIsReviewedForOurAudienceWithOurOwnCredential() throws NoAnswer {
    fake.answering =
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
              .isEqualTo("Bearer broker-token");
          FakeApiServer.answer(exchange, 201, GOOD);
        };
    assertThat(ask()).isEqualTo(new Review.Confirmed(Map.of(), NOW));
    assertThat(fake.requests).containsExactly("POST /apis/authentication.k8s.io/v1/tokenreviews");
    assertThat(fake.bodies.getFirst())
        .isEqualTo(
            "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":"
                + "{\"token\":\"a.b.c\",\"audiences\":[\"https://mintmark.example.org\"]}}");
  }

  @Test
  void aServerBelowAPathIsAskedThereAndItsHostsRootGetsNoToken() throws Exception {
    says(201, GOOD);
    try (ClusterApi below =
            ClusterApi.at(fake.url() + "/k8s/clusters/c-1", null, () -> "broker-token");
        ApiServer server =
            new ApiServer(below.client(), ReviewOrigin.Wanted.NOTHING, () -> NOW, () -> {})) {
      var _ = server.ask(QUESTION, Deadline.in(Duration.ofSeconds(5)));
    }
    assertThat(fake.requests)
        .containsExactly("POST /k8s/clusters/c-1/apis/authentication.k8s.io/v1/tokenreviews");
  }

  @Test
  void whatTheServerNoLongerHonoursIsRevoked() throws NoAnswer {
    says(
        201,
        """
        {"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","status":{"user":{},
        "error":"[invalid bearer token, pod has been deleted]\\u0007"}}
        """);
    assertThat(ask())
        .isEqualTo(
            new Review.Rejected(
                Reason.EVIDENCE_REVOKED,
                "the API server does not honour the token: \"[invalid bearer token, pod has been"
                    + " deleted] \""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "true",
        "no JSON",
        "{}",
        "{\"kind\":\"Status\",\"status\":\"Failure\"}",
        "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\"}",
        "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1beta1\",\"status\":{}}",
        "STATUS{\"authenticated\":\"true\"}",
        "STATUS{\"authenticated\":1}",
        "STATUS{\"authenticated\":null}",
        "STATUS{\"authenticated\":true,\"authenticated\":true}",
        "STATUS{\"authenticated\":true,\"audiences\":\"https://mintmark.example.org\"}",
        "STATUS{\"authenticated\":true,\"audiences\":[1]}",
        "STATUS{\"authenticated\":true,\"user\":{\"username\":[\"a\"]}}",
        "STATUS{\"authenticated\":true,\"user\":{\"uid\":7}}",
        "STATUS{\"authenticated\":true,\"user\":{\"extra\":{\"a\":\"b\"}}}",
        "STATUS{\"authenticated\":true,\"user\":{\"extra\":{\"a\":[{}]}}}",
        "STATUS{\"authenticated\":true}} trailing"
      })
  void whatIsNoTokenReviewIsNoAnswer(String said) {
    String json =
        said.startsWith("STATUS")
            ? "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",\"status\":"
                + said.substring("STATUS".length())
                + "}"
            : said;
    says(201, json);
    assertThatThrownBy(this::ask).isInstanceOf(NoAnswer.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 400, 401, 403, 404, 409, 429, 500, 503})
  void aStatusOtherThanSuccessIsNoAnswer(int status) {
    says(status, status == 204 ? "" : GOOD);
    assertThatThrownBy(this::ask).isInstanceOf(NoAnswer.class);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    fake.answering =
        exchange -> {
          exchange.sendResponseHeaders(201, 0);
          byte[] spaces = new byte[64 * 1024];
          Arrays.fill(spaces, (byte) ' ');
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < 4096; i++) {
            out.write(spaces);
          }
        };
    assertThatThrownBy(this::ask)
        .isInstanceOf(NoAnswer.class)
        .hasMessage("the API server answered with more than 131072 bytes");
  }

  @Test
  void nestingWithoutEndIsNoAnswer() {
    says(201, "[".repeat(100_000));
    assertThatThrownBy(this::ask).isInstanceOf(NoAnswer.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerThatHangsIsWaitedForNoLongerThanTheDeadline(boolean afterHeaders) {
    fake.answering =
        exchange -> {
          if (afterHeaders) {
            exchange.sendResponseHeaders(201, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
          }
          Thread.sleep(Duration.ofMinutes(1));
        };
    assertThatThrownBy(() -> ask(ReviewOrigin.Wanted.NOTHING, Duration.ofMillis(300)))
        .isInstanceOf(NoAnswer.class);
  }

  @Test
  void aServerThatIsAwayIsNoAnswer() {
    fake.close();
    assertThatThrownBy(this::ask)
        .isInstanceOf(NoAnswer.class)
        .hasMessage("the API server cannot be reached, or broke off");
  }

  private static final ReviewOrigin.Wanted LABELS =
      new ReviewOrigin.Wanted(List.of("app", "long", "gone"), List.of("team"), List.of("zone"));

  private void withObjects(String pod, String node) {
    fake.answering =
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          switch (path) {
            case "/apis/authentication.k8s.io/v1/tokenreviews" ->
                FakeApiServer.answer(exchange, 201, GOOD);
            case "/api/v1/namespaces/payments/pods/orders-1" ->
                FakeApiServer.answer(exchange, pod.isEmpty() ? 404 : 200, pod);
            case "/api/v1/nodes/n-1" ->
                FakeApiServer.answer(exchange, node.isEmpty() ? 404 : 200, node);
            default -> FakeApiServer.answer(exchange, 500, "{}");
          }
        };
  }

  private static String object(String uid, String labels) {
    return "{\"metadata\":{\"uid\":\"%s\",\"labels\":{%s},\"annotations\":{\"team\":\"red\"}}}"
        .formatted(uid, labels);
  }

  @Test
  void whileTheWatchIsDownObjectsAreAskedForByName() throws NoAnswer {
    withObjects(
        object("p-1", "\"app\":\"orders\",\"secret\":\"x\",\"long\":\"" + "x".repeat(257) + "\""),
        object("n-2", "\"zone\":\"a\""));
    assertThat(ask(LABELS, Duration.ofSeconds(5)))
        .isEqualTo(
            new Review.Confirmed(
                Map.of(
                    "pod_labels", Map.of("app", "orders"),
                    "pod_annotations", Map.of("team", "red"),
                    "node_labels", Map.of("zone", "a")),
                NOW));
  }

  @Test
  void anotherPodOfTheSameNameIsNotTheTokens() throws NoAnswer {
    withObjects(object("p-2", "\"app\":\"orders\""), object("n-2", ""));
    assertThat(ask(LABELS, Duration.ofSeconds(5)))
        .isEqualTo(
            new Review.Rejected(
                Reason.EVIDENCE_REVOKED, "the API server has no such pod any more"));
  }

  @Test
  void aPodThatIsGoneTakesItsTokenWithIt() throws NoAnswer {
    withObjects("", object("n-2", ""));
    assertThat(ask(LABELS, Duration.ofSeconds(5))).isInstanceOf(Review.Rejected.class);
  }

  @Test
  void anotherNodeOfTheSameNameGivesNoLabels() throws NoAnswer {
    withObjects(object("p-1", ""), object("n-3", "\"zone\":\"a\""));
    assertThat(ask(LABELS, Duration.ofSeconds(5)))
        .isEqualTo(
            new Review.Confirmed(
                Map.of("pod_labels", Map.of(), "pod_annotations", Map.of("team", "red")), NOW));
  }

  @Test
  void anObjectThatCannotBeReadIsNoAnswer() {
    withObjects("[1", object("n-2", ""));
    assertThatThrownBy(() -> ask(LABELS, Duration.ofSeconds(5))).isInstanceOf(NoAnswer.class);
  }
}
