package io.mintmark.jose;

import io.mintmark.workload.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Base64url without padding (RFC 7515 section 2), one encoding for each sequence of bytes. */
final class Base64Url {
  private Base64Url() {}

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] decode(String text, String what) throws MalformedJose {
    return decode(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length(), what);
  }

  /**
   * Decodes {@code from} to {@code to}; refuses padding, white space, and trailing bits that are
   * not zero, so that no two texts mean the same bytes (RFC 4648 section 3.5).
   */
  static byte[] decode(byte[] ascii, int from, int to, String what) throws MalformedJose {
    int tail = (to - from) & 3;
    byte last = to > from ? ascii[to - 1] : 0;
    if (tail == 1 || last == '=') {
      throw malformed(what);
    }
    if (tail != 0 && (valueOf(last) & (tail == 2 ? 0x0f : 0x03)) != 0) {
      throw malformed(what);
    }
    try {
      return Base64.getUrlDecoder().decode(Arrays.copyOfRange(ascii, from, to));
    } catch (IllegalArgumentException e) {
      throw malformed(what);
    }
  }

  /** The six bits that a character stands for; -1 for one that is not of the alphabet. */
  private static int valueOf(byte c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }

  private static MalformedJose malformed(String what) {
    return new MalformedJose(Reason.EVIDENCE_MALFORMED, what + " is not canonical base64url");
  }
}
