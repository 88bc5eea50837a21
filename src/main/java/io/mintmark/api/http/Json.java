package io.mintmark.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.Refusal;
import io.mintmark.api.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * JSON of this API: one object, strict UTF-8, no name twice, no name that is not known, so that a
 * misspelt limit is never a limit left out.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(20)
                          .maxNameLength(64)
                          .maxTokenCount(4_096)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectReader OBJECTS = MAPPER.readerFor(ObjectNode.class);
  private static final ObjectWriter NODES = MAPPER.writerFor(JsonNode.class);

  private Json() {}

  public static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return NODES.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON", e);
    }
  }

  /** Reads a request body. */
  public static ObjectNode read(byte[] body) throws Refusal {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw Refusal.malformed("the body is not UTF-8");
    }
    ObjectNode object;
    try {
      object = OBJECTS.readValue(text);
    } catch (JsonProcessingException notJson) {
      throw Refusal.malformed("the body is not one JSON object with unique names");
    }
    if (object == null) {
      throw Refusal.malformed("the body is not a JSON object");
    }
    return object;
  }

  /** Refuses members other than these. */
  public static void only(JsonNode object, String where, Set<String> names) throws Refusal {
    for (var property : object.properties()) {
      if (!names.contains(property.getKey())) {
        throw Refusal.malformed(
            where + " has an unknown member \"" + Text.shown(property.getKey()) + "\"");
      }
    }
  }

  /** A member that must be an object; an empty one where it is absent. */
  public static JsonNode object(JsonNode parent, String name) throws Refusal {
    JsonNode value = parent.path(name);
    if (value.isMissingNode()) {
      return newObject();
    }
    if (!value.isObject()) {
      throw Refusal.malformed("\"" + name + "\" is not an object");
    }
    return value;
  }

  /** A member that must be text; null where it is absent. */
  public static @org.jspecify.annotations.Nullable String text(JsonNode parent, String name)
      throws Refusal {
    JsonNode value = parent.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isTextual()) {
      throw Refusal.malformed("\"" + name + "\" is not a string");
    }
    return value.textValue();
  }

  /** A member that must be an array of at most 64 strings, none twice; empty where it is absent. */
  public static Set<String> texts(JsonNode parent, String name) throws Refusal {
    JsonNode value = parent.path(name);
    Set<String> texts = new java.util.LinkedHashSet<>();
    if (value.isMissingNode()) {
      return texts;
    }
    if (!value.isArray() || value.size() > 64) {
      throw Refusal.malformed("\"" + name + "\" is not an array of at most 64 strings");
    }
    for (JsonNode item : value) {
      if (!item.isTextual() || !texts.add(item.textValue())) {
        throw Refusal.malformed("\"" + name + "\" has a member twice, or one that is no string");
      }
    }
    return texts;
  }
}
