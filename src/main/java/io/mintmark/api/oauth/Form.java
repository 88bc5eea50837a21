package io.mintmark.api.oauth;

import io.mintmark.api.Refusal;
import io.mintmark.api.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An {@code application/x-www-form-urlencoded} body, read strictly: where two readers could take
 * two meanings (a name twice, an escape that is none, bytes that are no UTF-8), it is refused (RFC
 * 6749 section 3.2).
 */
final class Form {
  private static final int MAX_PARAMETERS = 64;

  private final Map<String, String> values;

  private Form(Map<String, String> values) {
    this.values = values;
  }

  static Form parse(byte[] body) throws Refusal {
    Map<String, String> values = new HashMap<>();
    Set<String> names = new HashSet<>();
    int start = 0;
    while (start < body.length) {
      int end = indexOf(body, '&', start, body.length);
      int equals = indexOf(body, '=', start, end);
      if (end > start) {
        String name = decode(body, start, equals);
        String value = equals == end ? "" : decode(body, equals + 1, end);
        if (!names.add(name)) {
          throw Refusal.malformed("parameter \"" + Text.shown(name) + "\" is there twice");
        }
        if (names.size() > MAX_PARAMETERS) {
          throw Refusal.malformed("more than 64 parameters");
        }
        // a parameter without a value counts as left out (RFC 6749 section 3.2)
        if (!value.isEmpty()) {
          values.put(name, value);
        }
      }
      start = end + 1;
    }
    return new Form(values);
  }

  @Nullable String get(String name) {
    return values.get(name);
  }

  String required(String name) throws Refusal {
    String value = values.get(name);
    if (value == null) {
      throw Refusal.malformed("parameter \"" + name + "\" is missing");
    }
    return value;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * Decodes a name or a value; what has no escape, as most have none, is ASCII and is not copied
   * twice.
   */
  private static String decode(byte[] body, int from, int to) throws Refusal {
    boolean escaped = false;
    for (int i = from; i < to; i++) {
      byte b = body[i];
      if (b <= ' ' || b > '~') {
        throw Refusal.malformed("the body has a byte that a form must escape");
      }
      escaped |= b == '%' || b == '+';
    }
    return escaped
        ? unescaped(body, from, to)
        : new String(body, from, to - from, StandardCharsets.US_ASCII);
  }

  private static String unescaped(byte[] body, int from, int to) throws Refusal {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte b = body[i];
      if (b == '+') {
        b = ' ';
      } else if (b == '%') {
        int high = i + 2 < to ? hex(body[i + 1]) : -1;
        int low = i + 2 < to ? hex(body[i + 2]) : -1;
        if (high < 0 || low < 0) {
          throw Refusal.malformed("a percent sign is not followed by two hex digits");
        }
        b = (byte) (high << 4 | low);
        i += 2;
      }
      bytes[length++] = b;
    }
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw Refusal.malformed("a parameter is not UTF-8");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.malformed("a parameter has a control character");
    }
    return text;
  }

  private static int hex(byte digit) {
    return digit < 0 ? -1 : Character.digit((char) digit, 16);
  }

  private static int indexOf(byte[] body, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] == wanted) {
        return i;
      }
    }
    return to;
  }
}
