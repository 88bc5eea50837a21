package io.mintmark.api.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Reads HTTP/1 requests whose length can be told in one way only. Of any other a proxy and we could
 * take different bytes for the body, and what is left for a request of its own (request smuggling,
 * RFC 9112 section 11.2).
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
  StrictDecoder(HttpServerOptions options) {
    super(options);
  }

  /** A request's length is told in no way that counts, or in two. */
  static final class Misframed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Misframed(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /**
   * Called when a head was read and before its body is looked for; what is thrown here makes the
   * request invalid, and nothing after it is read.
   */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    if (message != null) {
      check(message);
      // nothing is upgraded to: HTTP/2 begins with its preface, or in the TLS handshake
      message.headers().remove(HttpHeaderNames.UPGRADE).remove("HTTP2-Settings");
    }
    return super.isContentAlwaysEmpty(message);
  }

  /** RFC 9112 sections 6.1 and 6.3. */
  private static void check(HttpMessage message) {
    HttpHeaders headers = message.headers();
    List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (lengths.size() > 1 || (!lengths.isEmpty() && !isNumber(lengths.getFirst()))) {
      throw new Misframed("the request's content-length is no number, or more than one");
    }
    List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (encodings.isEmpty()) {
      return;
    }
    if (!message.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      throw new Misframed("the request has a transfer-encoding, which HTTP/1.0 does not know");
    }
    if (!lengths.isEmpty()) {
      throw new Misframed("the request has both a content-length and a transfer-encoding");
    }
    if (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
      throw new Misframed("the request's transfer-encoding is not just \"chunked\"");
    }
  }

  private static boolean isNumber(String length) {
    for (int i = 0; i < length.length(); i++) {
      if (length.charAt(i) < '0' || length.charAt(i) > '9') {
        return false;
      }
    }
    return !length.isEmpty();
  }
}
