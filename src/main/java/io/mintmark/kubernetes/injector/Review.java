package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * An AdmissionReview and its answer (admission.k8s.io/v1). Nothing is changed anywhere but in the
 * pod, so a dry run is answered like any other.
 */
final class Review {
  /** The greatest AdmissionReview in bytes: an object of the API server's, twice. */
  static final int MAX_BYTES = 4 << 20;

  /** What is parsed takes far more memory than its bytes: {@code [{},{},…]} a hundred times. */
  static final int MAX_TOKENS = 50_000;

  private static final int MAX_UID = 128;
  private static final int FORBIDDEN = 403;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(200)
                .maxNumberLength(64)
                .maxNameLength(4096)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength(MAX_BYTES)
                .build());
  }

  /** All that an injection touches. */
  private static final List<String> CHANGED =
      List.of("/metadata/annotations", "/spec/volumes", "/spec/initContainers", "/spec/containers");

  private Review() {}

  /**
   * An answer.
   *
   * @param outcome {@code injected}, {@code untouched} or {@code refused}
   */
  record Answer(byte[] body, String outcome) {}

  /** It is no AdmissionReview that can be answered. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String sentence) {
      super(sentence);
    }
  }

  static Answer answer(byte[] body, Injection injection) throws Malformed {
    JsonNode review = parsed(body);
    if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")
        || !review.path("kind").asText().equals("AdmissionReview")) {
      throw new Malformed("only an AdmissionReview of admission.k8s.io/v1 is answered");
    }
    JsonNode request = review.path("request");
    String uid = request.path("uid").asText();
    if (uid.isEmpty() || uid.length() > MAX_UID) {
      throw new Malformed("request.uid is missing or too long");
    }
    JsonNode kind = request.path("kind");
    boolean pod =
        kind.path("group").asText().isEmpty()
            && kind.path("version").asText().equals("v1")
            && kind.path("kind").asText().equals("Pod")
            && request.path("subResource").asText().isEmpty()
            && request.path("operation").asText().equals("CREATE");
    if (!pod) {
      return allowed(uid, null);
    }
    if (!(request.path("object") instanceof ObjectNode before)) {
      throw new Malformed("request.object is missing");
    }
    return switch (injection.into(before, request.path("namespace").asText())) {
      case Injection.Outcome.Untouched _ -> allowed(uid, null);
      case Injection.Outcome.Injected(ObjectNode after) -> allowed(uid, patch(before, after));
      case Injection.Outcome.Refused(String sentence) -> refused(uid, sentence);
    };
  }

  /**
   * What an injection changes is known, so each is put in place whole: a search for the least
   * difference takes memory by the square of what a pod lists.
   */
  private static ArrayNode patch(ObjectNode before, ObjectNode after) {
    ArrayNode steps = MAPPER.createArrayNode();
    for (String pointer : CHANGED) {
      if (!before.at(pointer).equals(after.at(pointer))) {
        steps.addObject().put("op", "add").put("path", pointer).set("value", after.at(pointer));
      }
    }
    return steps;
  }

  private static JsonNode parsed(byte[] body) throws Malformed {
    try {
      JsonNode review = MAPPER.readTree(body);
      if (review == null || !review.isObject()) {
        throw new Malformed("the body is no JSON object");
      }
      return review;
    } catch (IOException malformed) {
      throw new Malformed("the body is not JSON, or more than it may be");
    }
  }

  private static Answer allowed(String uid, @org.jspecify.annotations.Nullable JsonNode patch) {
    ObjectNode root = root(uid, true);
    if (patch != null && !patch.isEmpty()) {
      ((ObjectNode) root.path("response"))
          .put("patchType", "JSONPatch")
          .put(
              "patch",
              Base64.getEncoder()
                  .encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return new Answer(bytes(root), patch == null ? "untouched" : "injected");
  }

  private static Answer refused(String uid, String sentence) {
    ObjectNode root = root(uid, false);
    ((ObjectNode) root.path("response"))
        .putObject("status")
        .put("code", FORBIDDEN)
        .put("reason", "Forbidden")
        .put("message", "mintmark: the pod gets no sidecar: " + sentence);
    return new Answer(bytes(root), "refused");
  }

  private static ObjectNode root(String uid, boolean allowed) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    root.putObject("response").put("uid", uid).put("allowed", allowed);
    return root;
  }

  private static byte[] bytes(ObjectNode root) {
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }
}
