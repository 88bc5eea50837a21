package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an upstream's responses, which are as hostile as requests: one could answer for two. */
final class ResponseDecoder extends StrictDecoder {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9]{2})(?: .*)?");
  private static final int INFORMATIONAL_END = 200;

  private HttpMethod asked = HttpMethod.GET;
  private Body body = new Body.None();

  /** Says which request the next response answers. */
  void expect(HttpMethod method) {
    asked = method;
  }

  @Override
  @Nullable HttpMessage message(String line, HttpHeaders fields) {
    Matcher matcher = STATUS.matcher(line);
    if (!matcher.matches() || !Grammar.value(line)) {
      return null;
    }
    HttpVersion version =
        matcher.group(1).equals("1") ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
    HttpResponseStatus status = HttpResponseStatus.valueOf(Integer.parseInt(matcher.group(2)));
    Grammar.Framing framing = Grammar.framing(fields, version.equals(HttpVersion.HTTP_1_1));
    if (framing instanceof Grammar.Framing.Ambiguous) {
      return null;
    }
    body = body(status, framing);
    return body instanceof Body.None
        ? new DefaultFullHttpResponse(
            version, status, Unpooled.EMPTY_BUFFER, fields, EmptyHttpHeaders.INSTANCE)
        : new DefaultHttpResponse(version, status, fields);
  }

  /** RFC 9112 section 6.3. */
  private Body body(HttpResponseStatus status, Grammar.Framing framing) {
    boolean never =
        asked.equals(HttpMethod.HEAD)
            || status.code() < INFORMATIONAL_END
            || status.equals(HttpResponseStatus.NO_CONTENT)
            || status.equals(HttpResponseStatus.NOT_MODIFIED);
    if (never) {
      return new Body.None();
    }
    return switch (framing) {
      case Grammar.Framing.None _ -> new Body.UntilClose();
      case Grammar.Framing.Length(long bytes) ->
          bytes == 0 ? new Body.None() : new Body.Framed(framing);
      case Grammar.Framing.Chunked _, Grammar.Framing.Ambiguous _ -> new Body.Framed(framing);
    };
  }

  @Override
  Body body() {
    return body;
  }
}
