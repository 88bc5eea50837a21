package io.mintmark.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Reads HTTP/1 requests whose length can be told in one way only. Of any other a proxy and we could
 * take different bytes for the body, and what is left for a request of its own (request smuggling,
 * RFC 9112 section 11.2). What a decoder makes of a few bytes is bounded too: the fields of a head,
 * and the requests that wait for the answer to another.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
  /** Requests of a connection that may wait while one is answered. */
  static final int MOST_WAITING = 16;

  /** A request line for what is refused before its own is read. */
  private static final String[] ANY = {"GET", "/", "HTTP/1.1"};

  private final Watch watch;
  private int fields;
  private boolean inHead = true;
  private boolean hasLine;
  private boolean ended;

  /**
   * @param watch looks after the connection
   */
  StrictDecoder(HttpServerOptions options, Watch watch) {
    super(options);
    this.watch = watch;
  }

  /** A request's length is told in no way that counts, or in two. */
  static final class Misframed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Misframed(String sentence) {
      super(sentence, null, false, false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext here, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (inHead && !ended && isFolded(bytes)) {
      ended = true;
      HttpMessage invalid = super.createMessage(ANY);
      invalid.setDecoderResult(
          DecoderResult.failure(new Misframed("a line of the request's head begins with a space")));
      out.add(invalid);
    }
    if (ended) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(here, bytes, out);
    for (int i = before; i < out.size(); i++) {
      HttpObject part = (HttpObject) out.get(i);
      if (part instanceof HttpMessage head && !watch.holds(head.headers())) {
        ended = true;
        out.subList(i, out.size()).clear();
        var _ = here.close();
        return;
      }
      ended |= part.decoderResult().isFailure();
      inHead = part instanceof LastHttpContent;
      hasLine &= !inHead;
    }
  }

  /**
   * Whether a line in what has come of a head goes on with that before it (RFC 9112 section 5.2),
   * for which the decoder copies all that stands before it, each time. It takes whole lines, so one
   * begins where it reads on.
   */
  private boolean isFolded(ByteBuf bytes) {
    int end = bytes.writerIndex();
    int at = bytes.readerIndex();
    if (!hasLine) {
      while (at < end && isSkipped(bytes.getByte(at))) {
        at++;
      }
      at = nextLine(bytes, at);
    }
    while (at < end) {
      byte first = bytes.getByte(at);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int next = nextLine(bytes, at);
      if (next == at + 1 || (next == at + 2 && first == '\r')) {
        return false; // the empty line at the head's end
      }
      at = next;
    }
    return false;
  }

  /** Where the line after this one begins; the end where that has not come. */
  private static int nextLine(ByteBuf bytes, int at) {
    int feed = bytes.indexOf(at, bytes.writerIndex(), (byte) '\n');
    return feed < 0 ? bytes.writerIndex() : feed + 1;
  }

  /** What the decoder passes over before a request's first line. */
  private static boolean isSkipped(byte character) {
    return (character >= 0 && character <= ' ') || character == 0x7f;
  }

  @Override
  protected HttpMessage createMessage(String[] line) {
    fields = 0;
    hasLine = true;
    if (watch.waiting() >= MOST_WAITING) {
      throw new Misframed("too many requests wait for the answer to another");
    }
    return super.createMessage(line);
  }

  /** Called for each field of a head, and of the trailers, which nothing here reads. */
  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (!inHead) {
      throw new Misframed("the request has trailers");
    }
    if (++fields > Door.MAX_FIELDS) {
      throw new TooLongHttpHeaderException("more than " + Door.MAX_FIELDS + " fields");
    }
    return super.splitHeaderName(line, start, length);
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
