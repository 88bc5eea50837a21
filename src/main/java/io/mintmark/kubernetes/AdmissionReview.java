package io.mintmark.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One {@code AdmissionReview} of {@code admission.k8s.io/v1}: what the API server asks of an
 * object, and the answer in its form.
 *
 * @param kind group, version and kind as in {@code mintmark.io/v1/Grant} or {@code v1/Pod}
 * @param namespace empty where the object is the cluster's
 * @param before the object as it was; missing where it is new
 * @param object the object as it shall be; missing where it is deleted
 */
public record AdmissionReview(
    String uid,
    String kind,
    String operation,
    String subresource,
    String namespace,
    JsonNode before,
    JsonNode object) {
  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,128}");
  private static final int MAX_CAUSES = 20;
  private static final int FORBIDDEN = 403;
  private static final int UNPROCESSABLE = 422;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(64)
                          .maxNameLength(4_096)
                          // what is parsed takes far more than its bytes: [{},{},…] a hundred times
                          .maxTokenCount(50_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // half a character (U+D800 to U+DFFF) can be escaped and not encoded
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  /** What a body comes to. */
  public sealed interface Reading {
    record Question(AdmissionReview review) implements Reading {}

    /**
     * A question whose object cannot be read: nested too deeply, of too many parts. It is answered
     * by a refusal, since any other status would be a failure of the webhook, after which {@code
     * failurePolicy: Ignore} lets the object pass.
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Unreadable(byte[] refusal) implements Reading {}

    /** No question of this API. */
    record Malformed(String sentence) implements Reading {}
  }

  /** What is wrong at a field, as in {@code spec.when}. */
  public record Cause(String field, String message) {}

  public static Reading read(byte[] body) {
    JsonNode review;
    try {
      // from text: by bytes, a name that is no UTF-8 can be taken for another one that was seen
      review =
          JSON.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (IOException unreadable) {
      String uid = uid(body);
      return uid == null
          ? new Reading.Malformed("the body is not JSON with unique names, or more than it may be")
          : new Reading.Unreadable(
              bytes(
                  refusal(
                      uid,
                      FORBIDDEN,
                      "Forbidden",
                      "mintmark: the object is nested more than 60 deep, has too many parts, a name"
                          + " that is too long, or one twice")));
    }
    String version = review.path("apiVersion").asText();
    if (!version.equals(API_VERSION) || !review.path("kind").asText().equals(KIND)) {
      return new Reading.Malformed(
          "the body is not an AdmissionReview of "
              + API_VERSION
              + ", but of \""
              + Texts.printable(version)
              + "\"");
    }
    JsonNode request = review.path("request");
    String uid = request.path("uid").asText();
    if (!UID.matcher(uid).matches()) {
      return new Reading.Malformed("the request has no uid");
    }
    return new Reading.Question(
        new AdmissionReview(
            uid,
            kind(request.path("kind")),
            request.path("operation").asText(),
            request.path("subResource").asText(),
            request.path("namespace").asText(),
            orMissing(request.path("oldObject")),
            orMissing(request.path("object"))));
  }

  /**
   * The uid of a question that cannot be read whole; null where it stands behind what is wrong. API
   * servers write kind and version first, and uid before all that callers have a say in.
   */
  private static @Nullable String uid(byte[] body) {
    int ours = 0;
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("apiVersion") || name.equals("kind")) {
          ours += parser.getText().equals(name.equals("kind") ? KIND : API_VERSION) ? 1 : 0;
        } else if (name.equals("request") && value == JsonToken.START_OBJECT) {
          return ours == 2 ? uid(parser) : null;
        } else {
          parser.skipChildren();
        }
      }
      return null;
    } catch (IOException wrongBefore) {
      return null;
    }
  }

  private static @Nullable String uid(JsonParser request) throws IOException {
    while (request.nextToken() == JsonToken.FIELD_NAME) {
      boolean uid = request.currentName().equals("uid");
      JsonToken value = request.nextToken();
      if (uid) {
        String text = request.getText();
        return value == JsonToken.VALUE_STRING && UID.matcher(text).matches() ? text : null;
      }
      request.skipChildren();
    }
    return null;
  }

  /** The object may be, or may go. */
  public byte[] allowed(List<String> warnings) {
    ObjectNode response = response(uid, true);
    for (String warning : warnings.stream().limit(MAX_CAUSES).toList()) {
      response.withArray("warnings").add(warning);
    }
    return bytes(response);
  }

  /**
   * The object may be as a JSON patch (RFC 6902) makes it.
   *
   * @param patch empty where the object stays what it is
   */
  public byte[] changed(ArrayNode patch) {
    ObjectNode response = response(uid, true);
    if (!patch.isEmpty()) {
      response.put("patchType", "JSONPatch").put("patch", json(patch)); // as base64
    }
    return bytes(response);
  }

  /** The object may not be, as a whole. */
  public byte[] refused(String message) {
    return bytes(refusal(uid, FORBIDDEN, "Forbidden", message));
  }

  /** The object may not be, for what stands in its fields. */
  public byte[] refused(String message, List<Cause> causes) {
    ObjectNode response = refusal(uid, UNPROCESSABLE, "Invalid", message);
    ArrayNode list = response.withObject("/status/details").putArray("causes");
    for (Cause cause : causes.stream().limit(MAX_CAUSES).toList()) {
      list.addObject()
          .put("reason", "FieldValueInvalid")
          .put("field", cause.field())
          .put("message", cause.message());
    }
    return bytes(response);
  }

  private static ObjectNode refusal(String uid, int code, String reason, String message) {
    ObjectNode response = response(uid, false);
    response.putObject("status").put("code", code).put("reason", reason).put("message", message);
    return response;
  }

  private static ObjectNode response(String uid, boolean allowed) {
    return JSON.createObjectNode().put("uid", uid).put("allowed", allowed);
  }

  private static byte[] bytes(ObjectNode response) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", API_VERSION).put("kind", KIND).set("response", response);
    return json(review);
  }

  private static byte[] json(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String kind(JsonNode kind) {
    String group = kind.path("group").asText();
    return (group.isEmpty() ? "" : group + "/")
        + kind.path("version").asText()
        + "/"
        + kind.path("kind").asText();
  }

  private static JsonNode orMissing(JsonNode node) {
    return node.isObject() ? node : MissingNode.getInstance();
  }
}
