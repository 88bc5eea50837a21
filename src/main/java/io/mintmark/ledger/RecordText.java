package io.mintmark.ledger;

import io.mintmark.workload.Characters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON members in a fixed order. Characters that could confuse a terminal or a reader
 * (controls, line separators, bidirectional and other format characters, lone surrogates) are
 * written as escapes, so that a line shows what it holds.
 */
final class RecordText {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder(640);

  static String time(Instant time) {
    return MILLIS.format(time.truncatedTo(ChronoUnit.MILLIS));
  }

  RecordText member(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      name(name);
      string(value);
    }
    return this;
  }

  RecordText member(String name, @Nullable Long value) {
    if (value != null) {
      name(name);
      out.append(value.longValue());
    }
    return this;
  }

  RecordText member(String name, List<String> values) {
    if (!values.isEmpty()) {
      name(name);
      char before = '[';
      for (String value : values) {
        out.append(before);
        string(value);
        before = ',';
      }
      out.append(']');
    }
    return this;
  }

  RecordText open(String name) {
    name(name);
    out.append('{');
    return this;
  }

  RecordText close() {
    out.append('}');
    return this;
  }

  /** What was written and a newline. */
  byte[] line() {
    return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void name(String name) {
    if (out.isEmpty() || out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    out.append('"').append(name).append("\":");
  }

  private void string(String value) {
    out.append('"');
    int plain = plain(value);
    out.append(value, 0, plain);
    for (int i = plain; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (isPlain(c)) {
        out.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        int point = value.codePointAt(i++);
        if (Characters.isShown(point)) {
          out.appendCodePoint(point);
        } else {
          escape(c);
          escape(value.charAt(i));
        }
      } else if (Characters.isShown(c)) {
        out.append(c);
      } else {
        escape(Character.isSurrogate(c) ? '\ufffd' : c);
      }
    }
    out.append('"');
  }

  /** How many characters there are before the first that may need an escape: nearly always all. */
  private static int plain(String value) {
    int i = 0;
    while (i < value.length() && isPlain(value.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  private void escape(char c) {
    out.append("\\u")
        .append(HEX[c >> 12])
        .append(HEX[(c >> 8) & 15])
        .append(HEX[(c >> 4) & 15])
        .append(HEX[c & 15]);
  }
}
