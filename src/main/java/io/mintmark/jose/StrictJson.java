package io.mintmark.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object from hostile bytes: strict UTF-8 without a byte order mark, no duplicate name at
 * any depth (two parsers would take two values), nothing after it, and everything bounded.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_NAME = 512;
  private static final int MAX_TOKENS = 100_000;
  private static final JsonFactory FACTORY = factory();

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
    ObjectNode object = read(text);
    if (object == null) {
      throw malformed(
          what, "is not one JSON object with unique names within the limits of size and depth");
    }
    if (text.indexOf('\\') >= 0 && hasLoneSurrogate(object)) {
      throw malformed(what, "has half a surrogate pair");
    }
    return object;
  }

  /** An empty object to write into. */
  static ObjectNode newObject() {
    return JsonNodeFactory.instance.objectNode();
  }

  static byte[] bytes(JsonNode node) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator to = FACTORY.createGenerator(bytes)) {
      write(node, to);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write JSON", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Null where it is anything else than one object. The tree is made here, since an object mapper
   * costs more memory than all that the sidecar holds.
   */
  private static @Nullable ObjectNode read(String text) {
    try (JsonParser from = FACTORY.createParser(text)) {
      if (from.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      ObjectNode object = members(from);
      return from.nextToken() == null ? object : null;
    } catch (IOException malformed) {
      return null;
    }
  }

  private static ObjectNode members(JsonParser from) throws IOException {
    ObjectNode object = newObject();
    while (from.nextToken() == JsonToken.FIELD_NAME) {
      String name = from.currentName();
      from.nextToken();
      if (object.replace(name, value(from)) != null) {
        throw new JsonParseException(from, "a name twice");
      }
    }
    return object;
  }

  private static ArrayNode elements(JsonParser from) throws IOException {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(from));
    }
    return array;
  }

  private static JsonNode value(JsonParser from) throws IOException {
    JsonNodeFactory made = JsonNodeFactory.instance;
    return switch (from.currentToken()) {
      case START_OBJECT -> members(from);
      case START_ARRAY -> elements(from);
      case VALUE_STRING -> made.textNode(from.getText());
      case VALUE_NUMBER_INT ->
          switch (from.getNumberType()) {
            case INT -> made.numberNode(from.getIntValue());
            case LONG -> made.numberNode(from.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
                made.numberNode(from.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> made.numberNode(from.getDoubleValue());
      case VALUE_TRUE -> made.booleanNode(true);
      case VALUE_FALSE -> made.booleanNode(false);
      case VALUE_NULL -> made.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("the parser gives no such value");
    };
  }

  private static void write(JsonNode node, JsonGenerator to) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        to.writeStartObject();
        for (var property : node.properties()) {
          to.writeFieldName(property.getKey());
          write(property.getValue(), to);
        }
        to.writeEndObject();
      }
      case ARRAY -> {
        to.writeStartArray();
        for (JsonNode element : node) {
          write(element, to);
        }
        to.writeEndArray();
      }
      case STRING -> to.writeString(node.textValue());
      case NUMBER -> number(node, to);
      case BOOLEAN -> to.writeBoolean(node.booleanValue());
      case NULL -> to.writeNull();
      case BINARY, MISSING, POJO -> throw new IllegalStateException("not a node of JSON");
    }
  }

  private static void number(JsonNode node, JsonGenerator to) throws IOException {
    if (node.isBigInteger()) {
      to.writeNumber(node.bigIntegerValue());
    } else if (node.isIntegralNumber()) {
      to.writeNumber(node.longValue());
    } else if (node.isBigDecimal()) {
      to.writeNumber(node.decimalValue());
    } else {
      to.writeNumber(node.doubleValue());
    }
  }

  private static JsonFactory factory() {
    return JsonFactory.builder()
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
