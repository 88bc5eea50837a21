package io.mintmark.sidecar.sockets.workloadapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** A token's claims as a protobuf struct; the token's reader bounded their depth and size. */
final class ClaimStructs {
  private ClaimStructs() {}

  static Struct struct(JsonNode object) {
    Struct.Builder struct = Struct.newBuilder();
    object
        .properties()
        .forEach(member -> struct.putFields(member.getKey(), value(member.getValue())));
    return struct.build();
  }

  private static Value value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT, POJO -> Value.newBuilder().setStructValue(struct(node)).build();
      case ARRAY -> {
        ListValue.Builder list = ListValue.newBuilder();
        node.forEach(each -> list.addValues(value(each)));
        yield Value.newBuilder().setListValue(list).build();
      }
      case STRING, BINARY -> Value.newBuilder().setStringValue(node.asText()).build();
      case NUMBER -> Value.newBuilder().setNumberValue(node.doubleValue()).build();
      case BOOLEAN -> Value.newBuilder().setBoolValue(node.booleanValue()).build();
      case NULL, MISSING -> Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
    };
  }
}
