package io.mintmark.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object from hostile bytes: strict UTF-8 without a byte order mark, no duplicate name at
 * any depth (two parsers would take two values), nothing after it, and everything bounded.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_NAME = 512;
  private static final int MAX_TOKENS = 100_000;
  private static final JsonMapper MAPPER = mapper();
  private static final ObjectReader OBJECTS = MAPPER.readerFor(ObjectNode.class);

  private StrictJson() {}

  static ObjectNode object(byte[] json, String what) throws MalformedJose {
    String text;
    try {
      // the JDK's decoder, unlike a lenient one, refuses overlong forms and encoded surrogates
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(what, "is not UTF-8");
    }
    if (text.isEmpty() || text.charAt(0) == '\uFEFF') {
      throw malformed(what, "is empty or begins with a byte order mark");
    }
    ObjectNode object;
    try {
      object = OBJECTS.readValue(text);
    } catch (JsonProcessingException e) {
      throw malformed(
          what, "is not one JSON object with unique names within the limits of size and depth");
    }
    if (object == null) {
      throw malformed(what, "is not a JSON object");
    }
    if (text.indexOf('\\') >= 0 && hasLoneSurrogate(object)) {
      throw malformed(what, "has half a surrogate pair");
    }
    return object;
  }

  /** An empty object to write into. */
  static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON", e);
    }
  }

  private static JsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // names come from strangers: they never stay in a table that outlives the document
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_NAME)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  private static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual()) {
      return isBroken(node.textValue());
    }
    for (var property : node.properties()) {
      if (isBroken(property.getKey())) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (hasLoneSurrogate(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBroken(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static MalformedJose malformed(String what, String rule) {
    return new MalformedJose(Reason.EVIDENCE_MALFORMED, what + " " + rule);
  }
}
