package io.mintmark;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.IssueCertificateRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * As {@link Template}, of a protobuf message: its texts are filled, and it is written anew where
 * that changes anything.
 */
record WireTemplate(byte[] message, Set<String> whole) {

  static WireTemplate fill(boolean certificate, byte[] bytes, Map<String, String> evidence) {
    Message message;
    try {
      message =
          certificate ? IssueCertificateRequest.parseFrom(bytes) : ExchangeRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException malformed) {
      return new WireTemplate(bytes, Set.of());
    }
    Set<String> whole = new HashSet<>();
    Message filled = filled(message, evidence, whole);
    return new WireTemplate(filled.equals(message) ? bytes : filled.toByteArray(), whole);
  }

  private static Message filled(Message message, Map<String, String> evidence, Set<String> whole) {
    Message.Builder builder = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      Object value =
          switch (field.getValue()) {
            case Message inner -> filled(inner, evidence, whole);
            case String text -> filled(text, evidence, whole);
            case ByteString content -> filled(content, evidence, whole);
            default -> field.getValue();
          };
      builder.setField(field.getKey(), value);
    }
    return builder.build();
  }

  private static String filled(String text, Map<String, String> evidence, Set<String> whole) {
    Template template = Template.fill(text, evidence);
    whole.addAll(template.whole());
    return template.text();
  }

  /** Bytes are DER, which evidence has in base64. */
  private static ByteString filled(
      ByteString content, Map<String, String> evidence, Set<String> whole) {
    String text = content.toString(StandardCharsets.ISO_8859_1);
    String put = filled(text, evidence, whole);
    if (put.equals(text)) {
      return content;
    }
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(put));
    } catch (IllegalArgumentException notBase64) {
      return ByteString.copyFrom(put, StandardCharsets.ISO_8859_1);
    }
  }
}
