package io.mintmark.kubernetes.policy;

import static io.mintmark.kubernetes.policy.CustomKind.GRANT;
import static io.mintmark.kubernetes.policy.CustomKind.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What API servers are told of custom resources before they store them. */
final class ValidationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEDGER =
      "{owner: a@b, audience: 'https://ledger.example.org', scopes: [read]}";
  private static final String READS =
      "{owner: a@b, workload: 'spiffe://prod.example.org/ns/payments/sa/orders', evidence:"
          + " [kubernetes], issue: {accessToken: {resource: %s, scopes: [%s]}}, when: '%s'}";

  private final Cluster cluster =
      new Cluster()
          .with(RESOURCE, "payments/ledger-api", LEDGER)
          .with(RESOURCE, "shop/shop-api", LEDGER.replace("ledger.", "shop."));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{",
        "not json",
        "\u0000",
        "{\"apiVersion\": \"admission.k8s.io/v1beta1\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v2\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"Pod\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": 1}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\","
            + " \"request\": {\"uid\": \"\"}}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\","
            + " \"request\": {\"uid\": \"a\\u0000b\"}}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"apiVersion\": \"x\"}",
      })
  void whatIsNoQuestionIsRefused(String body) {
    assertThat(cluster.validation().answer(body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Validation.Answer.Malformed.class);
  }

  @Test
  void deepAndHugeBodiesAreRefusedOrAnswered() {
    for (String body : new String[] {"[".repeat(100_000), "{\"a\":".repeat(50_000)}) {
      assertThat(cluster.validation().answer(body.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(Validation.Answer.Malformed.class);
    }
    JsonNode answer =
        asked("CREATE", GRANT, "payments/g", reads("x".repeat(1_000_000), "read", ""));
    assertThat(answer.path("allowed").asBoolean()).isFalse();
    assertThat(answer.toString()).hasSizeLessThan(10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger-api | write | true | spec.issue.accessToken.scopes[0] | scope \"write\" is not one"
            + " of",
        "ledger-api | read | workload.enviroment == 1 | spec.when | condition: undefined field",
        "ledger-api | read | 1 + 1 | spec.when | condition",
        "../shop/shop-api | read | true | spec.issue.accessToken.resource | does not fit",
      })
  void aBrokenGrantIsRefusedWithSentenceAndPath(
      String resource, String scope, String when, String path, String sentence) {
    JsonNode answer = asked("CREATE", GRANT, "payments/g", reads(resource, scope, when));
    assertThat(answer.path("allowed").asBoolean(true)).isFalse();
    assertThat(answer.path("uid").asText()).isEqualTo("u-1");
    JsonNode status = answer.path("status");
    assertThat(status.path("message").asText()).startsWith(path).contains(sentence);
    assertThat(status.path("details").path("causes").path(0).path("field").asText())
        .isEqualTo(path);
  }

  @Test
  void aGoodGrantIsAllowedAndOneThatIsEarlyWarned() {
    JsonNode good = asked("CREATE", GRANT, "payments/g", reads("ledger-api", "read", "true"));
    assertThat(good.path("allowed").asBoolean()).isTrue();
    assertThat(good.has("warnings")).isFalse();
    JsonNode early = asked("CREATE", GRANT, "payments/g", reads("coming", "read", "true"));
    assertThat(early.path("allowed").asBoolean()).isTrue();
    assertThat(early.path("warnings").path(0).asText())
        .contains("resource \"payments/coming\" has no document");
  }

  /** Words are for people, and change. */
  @ParameterizedTest
  @CsvSource({"ITSELF, 'the list names what has no document', false", "MISSING, 'late', true"})
  void whatMayComeLaterIsToldByItsCauseAndNotByWords(
      Problem.Cause cause, String message, boolean allowed) {
    Position place = Position.inObject("Grant payments/g", "spec.issue.accessToken.resource");
    Validation validation =
        cluster.validation(
            documents -> {
              if (documents.documents().stream().anyMatch(one -> one.kind().equals("Grant"))) {
                throw new DocumentErrors(
                    List.of(new Problem(Problem.Severity.ERROR, place, message).by(cause)));
              }
            });
    ObjectNode grant = object(GRANT, "payments/g", reads("ledger-api", "read", "true"));
    assertThat(answer(validation, request("CREATE", grant)).path("allowed").asBoolean())
        .isEqualTo(allowed);
  }

  @Test
  void anAudienceIsNotMovedOntoAndNamesNoOther() {
    String moved = LEDGER.replace("ledger.", "shop.");
    for (String operation : new String[] {"CREATE", "UPDATE"}) {
      JsonNode answer = asked(operation, RESOURCE, "payments/ledger-api", moved);
      assertThat(answer.path("allowed").asBoolean(true)).isFalse();
      assertThat(answer.path("status").path("message").asText())
          .startsWith("spec.audience")
          .doesNotContain("shop-api");
    }
  }

  @ParameterizedTest
  @CsvSource({"DELETE", "CONNECT", "''"})
  void whatWritesNothingIsAllowed(String operation) {
    JsonNode answer = asked(operation, GRANT, "payments/g", reads("ledger-api", "none", "("));
    assertThat(answer.path("allowed").asBoolean()).isTrue();
  }

  @Test
  void whatIsBrokenAndDoesNotChangeCanBeLetGo() {
    ObjectNode object = object(GRANT, "payments/g", reads("ledger-api", "none", "("));
    ObjectNode request = request("UPDATE", object);
    request.set("oldObject", object.deepCopy());
    assertThat(answer(request).path("allowed").asBoolean()).isTrue();
    ObjectNode ends = object(GRANT, "payments/g", reads("ledger-api", "other", "("));
    ((ObjectNode) ends.path("metadata")).put("deletionTimestamp", "2026-11-22T10:00:00Z");
    assertThat(answer(request("UPDATE", ends)).path("allowed").asBoolean()).isTrue();
  }

  @Test
  void anotherKindIsRefused() {
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Grant");
    pod.putObject("metadata").put("name", "x");
    assertThat(answer(request("CREATE", pod)).path("allowed").asBoolean(true)).isFalse();
    pod.put("apiVersion", "mintmark.io/v1").put("kind", "PolicyTest");
    assertThat(answer(request("CREATE", pod)).path("allowed").asBoolean(true)).isFalse();
  }

  private static String reads(String resource, String scope, String when) {
    return READS.formatted(resource, scope, when);
  }

  private JsonNode asked(String operation, CustomKind kind, String where, String spec) {
    ObjectNode request = request(operation, object(kind, where, spec));
    if (operation.equals("UPDATE")) {
      request.set("oldObject", object(kind, where, LEDGER));
    }
    return answer(request);
  }

  private static ObjectNode object(CustomKind kind, String where, String spec) {
    CustomResource resource = Cluster.resource(kind, where, spec, "2026-11-22T09:00:00Z");
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "mintmark.io/v1").put("kind", kind.kind().word());
    object
        .putObject("metadata")
        .put("name", resource.name())
        .put("namespace", resource.namespace())
        .put("creationTimestamp", resource.created());
    object.set("spec", resource.spec());
    return object;
  }

  private static ObjectNode request(String operation, ObjectNode object) {
    ObjectNode request = JSON.createObjectNode().put("uid", "u-1").put("operation", operation);
    request.put("dryRun", true);
    request.set("object", object);
    return request;
  }

  private JsonNode answer(ObjectNode request) {
    return answer(cluster.validation(), request);
  }

  private static JsonNode answer(Validation validation, ObjectNode request) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    review.set("request", request);
    try {
      return switch (validation.answer(JSON.writeValueAsBytes(review))) {
        case Validation.Answer.Reviewed(byte[] json) -> JSON.readTree(json).path("response");
        case Validation.Answer.Malformed(String sentence) -> throw new AssertionError(sentence);
      };
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
