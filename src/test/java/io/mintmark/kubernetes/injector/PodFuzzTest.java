package io.mintmark.kubernetes.injector;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Pods as API servers show them to the injector: answered, and a patch always fits its pod. */
class PodFuzzTest {
  private static final Injection INJECTION = injection();

  private static Injection injection() {
    try {
      Path folder = Files.createTempDirectory("mm-fuzz");
      Injection ready = Pods.injection(folder);
      Files.delete(folder.resolve("injector.yaml"));
      Files.delete(folder);
      return ready;
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  @FuzzTest
  void aPodIsAnsweredOrMalformed(byte[] bytes) throws Exception {
    JsonNode response;
    try {
      response = Pods.JSON.readTree(PodAdmission.answer(bytes, INJECTION).body()).path("response");
    } catch (PodAdmission.Malformed refused) {
      return;
    }
    if (!response.path("allowed").isBoolean() || response.path("uid").asText().isEmpty()) {
      throw new AssertionError("no answer: " + response);
    }
    if (response.has("patch")) {
      JsonNode pod = Pods.JSON.readTree(bytes).at("/request/object");
      JsonNode patch =
          Pods.JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText()));
      if (!JsonPatch.apply(patch, pod)
          .at("/spec/initContainers/0/name")
          .asText()
          .equals("mintmark")) {
        throw new AssertionError("a patch that makes no sidecar: " + patch);
      }
    }
  }
}
