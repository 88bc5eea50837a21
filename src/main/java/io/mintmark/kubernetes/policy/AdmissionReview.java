package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Problem;
import io.mintmark.documents.Texts;
import java.io.IOException;
import java.util.List;

/**
 * One {@code AdmissionReview} of {@code admission.k8s.io/v1}: what the API server asks of a custom
 * resource, and the answer in its form.
 *
 * @param before the object as it was; missing where it is new
 * @param object the object as it shall be; missing where it is deleted
 */
record AdmissionReview(
    String uid, String operation, String subresource, JsonNode before, JsonNode object) {
  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final int MAX_UID = 128;
  private static final int MAX_CAUSES = 20;
  private static final int UNPROCESSABLE = 422;

  /** What is parsed takes far more memory than its bytes: {@code [{},{},…]} a hundred times. */
  private static final int MAX_TOKENS = 50_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(40)
                          .maxNameLength(4_096)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A body that is no question of this API. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  static AdmissionReview parse(byte[] body) throws Malformed {
    JsonNode review;
    try {
      review = JSON.readTree(body);
    } catch (IOException notJson) {
      throw new Malformed("the body is not JSON with unique names");
    }
    String version = review.path("apiVersion").asText();
    if (!version.equals(API_VERSION) || !review.path("kind").asText().equals(KIND)) {
      throw new Malformed(
          "the body is not an AdmissionReview of "
              + API_VERSION
              + ", but of \""
              + Texts.printable(version)
              + "\"");
    }
    JsonNode request = review.path("request");
    String uid = request.path("uid").asText();
    if (uid.isEmpty() || uid.length() > MAX_UID || !uid.matches("[A-Za-z0-9-]+")) {
      throw new Malformed("the request has no uid");
    }
    return new AdmissionReview(
        uid,
        request.path("operation").asText(),
        request.path("subResource").asText(),
        orMissing(request.path("oldObject")),
        orMissing(request.path("object")));
  }

  byte[] allowed(List<Problem> warnings) {
    ObjectNode response = response(true);
    for (Problem warning : warnings.stream().limit(MAX_CAUSES).toList()) {
      response.withArray("warnings").add(Condition.message(List.of(warning)));
    }
    return bytes(response);
  }

  byte[] refused(List<Problem> problems) {
    ObjectNode response = response(false);
    ObjectNode status = response.putObject("status");
    status.put("code", UNPROCESSABLE);
    status.put("reason", "Invalid");
    status.put("message", Condition.message(problems));
    ObjectNode details = status.putObject("details");
    for (Problem problem : problems.stream().limit(MAX_CAUSES).toList()) {
      details
          .withArray("causes")
          .addObject()
          .put("reason", "FieldValueInvalid")
          .put("field", Condition.path(problem))
          .put("message", problem.message());
    }
    return bytes(response);
  }

  private ObjectNode response(boolean allowed) {
    return JSON.createObjectNode().put("uid", uid).put("allowed", allowed);
  }

  private static byte[] bytes(ObjectNode response) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", API_VERSION).put("kind", KIND).set("response", response);
    try {
      return JSON.writeValueAsBytes(review);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JsonNode orMissing(JsonNode node) {
    return node.isObject() ? node : MissingNode.getInstance();
  }
}
