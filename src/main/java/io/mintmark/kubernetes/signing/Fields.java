package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.Crypto;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Fields of the API's JSON, which may be of any type whatever its schema says. */
final class Fields {
  private Fields() {}

  /** The bytes of a base64 field; empty where it is absent or none. */
  static byte[] base64(JsonNode node) {
    try {
      return node.isTextual() ? Base64.getDecoder().decode(node.textValue()) : new byte[0];
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }

  /** A string; empty where it is absent or another thing, of which nothing is made. */
  static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "";
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Crypto.sha256(bytes));
  }

  static @Nullable Instant time(JsonNode node) {
    try {
      return node.isTextual() ? Instant.parse(node.textValue()) : null;
    } catch (DateTimeException malformed) {
      return null;
    }
  }
}
