package io.mintmark.sidecar.proxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request, read in one way only (RFC 3986 section 6.2.2.3): without dot segments and
 * empty ones. What is sent on is what was compared, so that an upstream that tidies paths up sees
 * no other than the route did.
 *
 * @param decoded as routes compare it
 * @param target in origin form, with the query, as it is sent on
 */
record RoutePath(String decoded, String target) {
  /**
   * Reads a target in origin form; null where two programs could read it in two ways: an encoded
   * slash, a backslash, a broken or doubled escape, a control character, a parameter at a dot
   * segment.
   */
  static @Nullable RoutePath of(String target) {
    int mark = target.indexOf('?');
    String raw = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark);
    if (!raw.startsWith("/") || !visible(target)) {
      return null;
    }
    List<String> names = new ArrayList<>();
    List<String> sent = new ArrayList<>();
    String[] segments = raw.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String name = decoded(segments[i]);
      if (name == null || hidesDots(name)) {
        return null;
      }
      if (name.equals("..") && !names.isEmpty()) {
        names.removeLast();
        sent.removeLast();
      }
      if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
        names.add(name);
        sent.add(segments[i]);
      } else if (i == segments.length - 1) {
        names.add("");
        sent.add("");
      }
    }
    return new RoutePath("/" + String.join("/", names), "/" + String.join("/", sent) + query);
  }

  /** Whether it begins with the segments of another path. */
  boolean startsWith(String prefix) {
    String whole = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return decoded.startsWith(whole)
        && (decoded.length() == whole.length() || decoded.charAt(whole.length()) == '/');
  }

  private static boolean visible(String target) {
    return target.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '#' && c != '\\');
  }

  /** {@code ..;a} is {@code ..} to a server that knows path parameters. */
  private static boolean hidesDots(String segment) {
    int parameter = segment.indexOf(';');
    if (parameter < 0) {
      return false;
    }
    String bare = segment.substring(0, parameter);
    return bare.isEmpty() || bare.equals(".") || bare.equals("..");
  }

  private static @Nullable String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    byte[] bytes = new byte[segment.length()];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      int c = segment.charAt(i);
      if (c == '%') {
        c = escaped(segment, i);
        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\') {
          return null;
        }
        i += 2;
      }
      bytes[length++] = (byte) c;
    }
    String name = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return doubled(name) ? null : name;
  }

  /** Whether an escape is left, which whoever decodes once more would read as something else. */
  private static boolean doubled(String name) {
    for (int i = name.indexOf('%'); i >= 0; i = name.indexOf('%', i + 1)) {
      if (escaped(name, i) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The byte that the two digits after an index mean; -1 where there are none. */
  private static int escaped(String segment, int index) {
    if (index + 2 >= segment.length()) {
      return -1;
    }
    int high = Character.digit(segment.charAt(index + 1), 16);
    int low = Character.digit(segment.charAt(index + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
