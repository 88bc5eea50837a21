package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Reads a caller's requests. */
final class RequestDecoder extends StrictDecoder {
  private static final int MAX_METHOD = 32;
  private Grammar.Framing framing = new Grammar.Framing.None();

  @Override
  @Nullable HttpMessage message(String line, HttpHeaders fields) {
    int first = line.indexOf(' ');
    int second = line.indexOf(' ', first + 1);
    HttpVersion version = second < 0 ? null : version(line.substring(second + 1));
    if (version == null || first > MAX_METHOD || !Grammar.token(line.substring(0, first))) {
      return null;
    }
    String target = line.substring(first + 1, second);
    if (target.isEmpty() || !target.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return null;
    }
    framing = Grammar.framing(fields, version.equals(HttpVersion.HTTP_1_1));
    HttpMethod method = HttpMethod.valueOf(line.substring(0, first));
    return switch (framing) {
      case Grammar.Framing.Ambiguous _ -> null;
      case Grammar.Framing.None _ -> bodyless(version, method, target, fields);
      case Grammar.Framing.Length(long bytes) ->
          bytes == 0
              ? bodyless(version, method, target, fields)
              : new DefaultHttpRequest(version, method, target, fields);
      case Grammar.Framing.Chunked _ -> new DefaultHttpRequest(version, method, target, fields);
    };
  }

  @Override
  Body body() {
    return switch (framing) {
      case Grammar.Framing.None _ -> new Body.None();
      case Grammar.Framing.Length(long bytes) ->
          bytes == 0 ? new Body.None() : new Body.Framed(framing);
      case Grammar.Framing.Chunked _ -> new Body.Framed(framing);
      case Grammar.Framing.Ambiguous _ -> throw new IllegalStateException("it was refused");
    };
  }

  private static HttpMessage bodyless(
      HttpVersion version, HttpMethod method, String target, HttpHeaders fields) {
    return new DefaultFullHttpRequest(
        version, method, target, Unpooled.EMPTY_BUFFER, fields, EmptyHttpHeaders.INSTANCE);
  }

  private static @Nullable HttpVersion version(String text) {
    return switch (text) {
      case "HTTP/1.1" -> HttpVersion.HTTP_1_1;
      case "HTTP/1.0" -> HttpVersion.HTTP_1_0;
      default -> null;
    };
  }
}
