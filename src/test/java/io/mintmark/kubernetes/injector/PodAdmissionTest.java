package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.mintmark.documents.DocumentErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodAdmissionTest {
  private static final String WANTED =
      "{\"mintmark.io/inject\": \"true\", \"mintmark.io/resource\":"
          + " \"https://ledger.example.org\"}";

  @TempDir private Path folder;

  @Test
  void thePatchMakesOfThePodWhatItShallBe() throws Exception {
    ObjectNode pod = Pods.pod(WANTED);
    JsonNode answer = answered(review("CREATE", pod));
    assertThat(answer.at("/response/uid").asText()).isEqualTo("7f0b2891");
    assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
    assertThat(answer.at("/response/patchType").asText()).isEqualTo("JSONPatch");
    JsonNode patch =
        Pods.JSON.readTree(Base64.getDecoder().decode(answer.at("/response/patch").asText()));
    assertThat(JsonPatch.apply(patch, pod).at("/spec/initContainers/0/name").asText())
        .isEqualTo("mintmark");
  }

  @Test
  void namesWithSlashesAndTildesStayWhereTheyAre() throws Exception {
    ObjectNode pod =
        Pods.pod(WANTED.replace("}", ", \"a~1/b/~0\": \"x\", \"/spec/hostNetwork\": \"true\"}"));
    JsonNode answer = answered(review("CREATE", pod));
    JsonNode patch =
        Pods.JSON.readTree(Base64.getDecoder().decode(answer.at("/response/patch").asText()));
    JsonNode after = JsonPatch.apply(patch, pod);
    assertThat(after.path("metadata").path("annotations").path("a~1/b/~0").asText()).isEqualTo("x");
    assertThat(after.path("spec").has("hostNetwork")).isFalse();
  }

  @Test
  void thePatchAndThePodAreTheSameHoweverMuchThePodLists() throws Exception {
    ObjectNode pod = Pods.pod(WANTED);
    var volumes = (com.fasterxml.jackson.databind.node.ArrayNode) pod.at("/spec/volumes");
    for (int i = 0; i < 5_000; i++) {
      volumes.addObject().put("name", "v" + i);
    }
    JsonNode answer = answered(review("CREATE", pod));
    JsonNode patch =
        Pods.JSON.readTree(Base64.getDecoder().decode(answer.at("/response/patch").asText()));
    assertThat(patch).hasSize(4);
    Injection.Outcome whole = Pods.injection(folder).into(pod, "payments");
    String patched = JsonPatch.apply(patch, pod).toString();
    assertThat(patched.equals(((Injection.Outcome.Injected) whole).pod().toString())).isTrue();
  }

  @Test
  void aPodThatAsksForNothingGetsNoPatch() throws Exception {
    JsonNode answer = answered(review("CREATE", Pods.pod("{}")));
    assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
    assertThat(answer.path("response").has("patch")).isFalse();
  }

  @Test
  void aRefusalIsASentenceForWhoeverAppliesIt() throws Exception {
    JsonNode answer = answered(review("CREATE", Pods.pod(WANTED.replace("true", "perhaps"))));
    assertThat(answer.at("/response/allowed").asBoolean(true)).isFalse();
    assertThat(answer.at("/response/status/message").asText())
        .isEqualTo(
            "mintmark: the pod gets no sidecar: annotation mintmark.io/inject is \"true\" or"
                + " \"false\"");
  }

  @Test
  void whatIsNoNewPodIsLeftAlone() throws Exception {
    assertThat(answered(review("UPDATE", Pods.pod(WANTED))).path("response").has("patch"))
        .isFalse();
    String other = review("CREATE", Pods.pod(WANTED)).replace("\"Pod\", \"v", "\"Job\", \"v");
    assertThat(answered(other).path("response").has("patch")).isFalse();
    String part =
        review("CREATE", Pods.pod(WANTED))
            .replace("\"uid\"", "\"subResource\": \"status\", \"uid\"");
    assertThat(answered(part).path("response").has("patch")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{} {}",
        "{\"apiVersion\": \"admission.k8s.io/v1beta1\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"ConversionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"apiVersion\": \"x\"}"
      })
  void whatIsNoReviewIsRefused(String body) {
    assertThatThrownBy(() -> answered(body)).isInstanceOf(PodAdmission.Malformed.class);
  }

  @Test
  void aPodThatIsTooMuchIsRefusedByAnAnswer() throws Exception {
    ObjectNode pod = Pods.pod(WANTED);
    pod.set("spec", Pods.json("{\"a\":".repeat(70) + "1" + "}".repeat(70)));
    JsonNode answer = answered(review("CREATE", pod));
    assertThat(answer.at("/response/uid").asText()).isEqualTo("7f0b2891");
    assertThat(answer.at("/response/allowed").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"spec\": 1}",
        "{\"spec\": {\"containers\": 1}}",
        "{\"spec\": {\"containers\": [1, null, \"x\"]}, \"metadata\": {\"annotations\": []}}",
        "{\"spec\": {\"volumes\": {}, \"initContainers\": \"x\"}}"
      })
  void aPodOfNoShapeIsNoTrouble(String pod) throws Exception {
    ObjectNode object = Pods.json(pod);
    if (!object.has("metadata")) {
      object.set("metadata", Pods.json("{\"annotations\": " + WANTED + "}"));
    }
    assertThat(answered(review("CREATE", object)).at("/response/uid").asText())
        .isEqualTo("7f0b2891");
  }

  private JsonNode answered(String review)
      throws PodAdmission.Malformed, DocumentErrors, IOException {
    return Pods.JSON.readTree(
        PodAdmission.answer(review.getBytes(StandardCharsets.UTF_8), Pods.injection(folder))
            .body());
  }

  static String review(String operation, ObjectNode pod) {
    return """
    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "7f0b2891",
      "kind": {"group": "", "kind": "Pod", "version": "v1"}, "operation": "%s", "namespace": "payments",
      "dryRun": true, "object": %s}}
    """
        .formatted(operation, pod);
  }
}
