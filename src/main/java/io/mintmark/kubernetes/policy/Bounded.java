package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value of a stream as far as it is small enough to keep, and passes over the rest
 * of it, so that what follows can be read whatever was in it.
 */
final class Bounded {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_DIGITS = 40;
  private static final int MAX_NAME = 256;
  private static final String AUDIENCE = "audience";
  private static final int MAX_AUDIENCE = 512;

  /** What a value takes beside its text: in the limit, and in memory with its place and name. */
  private static final int VALUE = 8;

  private static final int NODE = 100;

  /** Names come again and again; these many are kept once. */
  private static final int MAX_NAMES = 512;

  private final Map<String, String> names = new HashMap<>();
  private int left;
  private int weight;
  private String objection = "";
  private @Nullable String audience;

  /**
   * @param node where there is an objection, of an object its {@code audience} at most, which stays
   *     taken
   * @param weight about how many bytes of memory it takes
   * @param objection why it was not read; empty where it was
   */
  record Value(JsonNode node, int weight, String objection) {
    static final Value NONE = new Value(MissingNode.getInstance(), 0, "");
  }

  /**
   * Reads the value at which the parser is.
   *
   * @param limit of characters, with eight for each value
   */
  Value read(JsonParser json, int limit) throws IOException {
    left = limit;
    weight = 0;
    objection = "";
    audience = null;
    JsonNode node = value(json, 0);
    if (left < 0) {
      objection = "more than " + limit / 1024 + " KiB are not read";
    }
    return objection.isEmpty()
        ? new Value(node, weight, "")
        : new Value(rest(audience), audience == null ? 0 : 2 * NODE, objection);
  }

  /** What is kept of a value that is not. */
  static JsonNode rest(@Nullable String audience) {
    return audience == null
        ? MissingNode.getInstance()
        : NODES.objectNode().put(AUDIENCE, audience);
  }

  private JsonNode value(JsonParser json, int depth) throws IOException {
    left -= VALUE;
    weight += NODE;
    if (depth > MAX_DEPTH) {
      objection = "more than " + MAX_DEPTH + " levels are not read";
    }
    if (isOver()) {
      json.skipChildren();
      return MissingNode.getInstance();
    }
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json, depth);
      case START_ARRAY -> array(json, depth);
      case VALUE_STRING -> NODES.textNode(text(json));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case FIELD_NAME, END_OBJECT, END_ARRAY, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IOException("no JSON value");
    };
  }

  private JsonNode object(JsonParser json, int depth) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      left -= name.length();
      if (name.length() > MAX_NAME) {
        objection = "a name of more than " + MAX_NAME + " characters is not read";
      } else if (!names.containsKey(name) && names.size() < MAX_NAMES) {
        names.put(name, name);
      }
      boolean text = json.nextToken() == JsonToken.VALUE_STRING;
      if (depth == 0 && text && name.equals(AUDIENCE) && json.getTextLength() <= MAX_AUDIENCE) {
        audience = json.getText();
      }
      JsonNode member = value(json, depth + 1);
      if (!isOver()) {
        String known = names.get(name);
        weight += known == null ? NODE + 2 * name.length() : 0;
        object.set(known == null ? name : known, member);
      }
    }
    return object;
  }

  private JsonNode array(JsonParser json, int depth) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonNode element = value(json, depth + 1);
      if (!isOver()) {
        array.add(element);
      }
    }
    return array;
  }

  private String text(JsonParser json) throws IOException {
    int length = json.getTextLength();
    left -= length;
    weight += 2 * length;
    return isOver() ? "" : json.getText();
  }

  private JsonNode number(JsonParser json) throws IOException {
    if (json.getTextLength() > MAX_DIGITS) {
      objection = "a number of more than " + MAX_DIGITS + " digits is not read";
      return MissingNode.getInstance();
    }
    return switch (json.getNumberType()) {
      case INT -> NODES.numberNode(json.getIntValue());
      case LONG -> NODES.numberNode(json.getLongValue());
      case BIG_INTEGER -> NODES.numberNode(json.getBigIntegerValue());
      case FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(json.getDoubleValue());
    };
  }

  private boolean isOver() {
    return left < 0 || !objection.isEmpty();
  }
}
