package io.mintmark.sidecar.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;

/** The parts of HTTP's grammar that decide where a message ends (RFC 9110, RFC 9112). */
final class Grammar {
  static final int MAX_FIELDS = 128;
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final int MAX_CHUNK_DIGITS = 8;
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private Grammar() {}

  /** How a message's body is delimited. */
  sealed interface Framing {
    /** By neither field. */
    record None() implements Framing {}

    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    /** In a way that two programs could read in two ways. */
    record Ambiguous() implements Framing {}
  }

  /** Fields that were checked here already, so that Netty need not. */
  static HttpHeaders newFields() {
    return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  }

  /** The end of a body, its trailers unchecked like {@link #newFields}. */
  static LastHttpContent newEnd(ByteBuf part) {
    return new DefaultLastHttpContent(
        part, DefaultHttpHeadersFactory.trailersFactory().withValidation(false));
  }

  static boolean token(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return text.length() > 0;
  }

  /** The rest of a line without spaces and tabs around it: what else trims is not white here. */
  static AsciiString trimmed(AsciiString line, int from) {
    int start = from;
    int end = line.length();
    while (start < end && white(line.charAt(start))) {
      start++;
    }
    while (end > start && white(line.charAt(end - 1))) {
      end--;
    }
    return line.subSequence(start, end);
  }

  private static boolean white(char c) {
    return c == ' ' || c == '\t';
  }

  /** No control character but a tab (RFC 9110 section 5.5). */
  static boolean value(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < 0x20 && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /** Whether every field is well-formed: HTTP/2 carries what no line of HTTP/1.1 could. */
  static boolean wellFormed(HttpHeaders headers) {
    if (headers.size() > MAX_FIELDS) {
      return false;
    }
    for (var each = headers.iteratorCharSequence(); each.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> field = each.next();
      if (!token(field.getKey()) || !value(field.getValue())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Both fields, a repeated one, a list, a sign, any coding but chunked: each has been used to make
   * two programs see two requests where there is one (RFC 9112 section 11.2).
   */
  static Framing framing(HttpHeaders headers, boolean chunkedKnown) {
    List<String> codings = headers.getAll("transfer-encoding");
    List<String> lengths = headers.getAll("content-length");
    if (codings.isEmpty() && lengths.isEmpty()) {
      return new Framing.None();
    }
    if (codings.isEmpty()) {
      String length = lengths.getFirst();
      return lengths.size() == 1 && digits(length)
          ? new Framing.Length(Long.parseLong(length))
          : new Framing.Ambiguous();
    }
    boolean chunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
    return chunked && lengths.isEmpty() && chunkedKnown
        ? new Framing.Chunked()
        : new Framing.Ambiguous();
  }

  private static boolean digits(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * The size that begins a chunk; -1 where it is none. What a chunk's extensions say is ignored.
   */
  static long chunkSize(AsciiString line) {
    long size = 0;
    int digits = 0;
    while (digits < line.length() && Character.digit(line.charAt(digits), 16) >= 0) {
      size = size << 4 | Character.digit(line.charAt(digits), 16);
      if (++digits > MAX_CHUNK_DIGITS) {
        return -1;
      }
    }
    boolean ended = digits == line.length() || line.charAt(digits) == ';';
    return digits > 0 && ended && value(line) ? size : -1;
  }
}
