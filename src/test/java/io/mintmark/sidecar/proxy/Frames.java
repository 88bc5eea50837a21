package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** HTTP/2 byte by byte (RFC 9113), so that a test can say what no library would. */
final class Frames {
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  /** One frame as it came. */
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean ends() {
      return type == RST_STREAM || ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0);
    }
  }

  /** What one stream got. */
  record Answer(Http2Headers head, String body, Http2Headers trailers, boolean reset) {
    String status() {
      return String.valueOf(head.status());
    }
  }

  static byte[] frame(int type, int flags, int stream, byte... payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    number(out, stream);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  static byte[] number(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, value);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(value >> shift);
    }
  }

  static byte[] headers(int stream, int flags, String... namesAndValues) {
    return frame(HEADERS, flags | END_HEADERS, stream, block(namesAndValues));
  }

  static byte[] data(int stream, int flags, String text) {
    return frame(DATA, flags, stream, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Literal fields without index or Huffman's code (RFC 7541 section 6.2.2). */
  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i++) {
      if (i % 2 == 0) {
        out.write(0);
      }
      byte[] bytes = namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1);
      int rest = bytes.length - 0x7f;
      out.write(Math.min(bytes.length, 0x7f));
      if (rest >= 0) {
        for (; rest >= 0x80; rest >>= 7) {
          out.write(rest & 0x7f | 0x80);
        }
        out.write(rest);
      }
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  /** The next frame; an EOFException at the end. */
  static Frame read(InputStream in) throws IOException {
    byte[] head = in.readNBytes(9);
    if (head.length < 9) {
      throw new EOFException();
    }
    int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    int stream =
        (head[5] & 0x7f) << 24 | (head[6] & 0xff) << 16 | (head[7] & 0xff) << 8 | head[8] & 0xff;
    return new Frame(head[3], head[4], stream, in.readNBytes(length));
  }

  Http2Headers decoded(Frame frame) throws IOException {
    try {
      return decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
    } catch (Http2Exception malformed) {
      throw new IOException(malformed);
    }
  }

  /** Reads to the end of one stream; those of others are passed over. */
  Answer answer(InputStream in, int stream) throws IOException {
    Http2Headers head = new io.netty.handler.codec.http2.DefaultHttp2Headers();
    Http2Headers trailers = new io.netty.handler.codec.http2.DefaultHttp2Headers();
    StringBuilder body = new StringBuilder();
    while (true) {
      Frame frame = read(in);
      if (frame.type() == HEADERS) {
        // what is compressed is remembered, so that all of it must be read
        Http2Headers fields = decoded(frame);
        if (frame.stream() == stream) {
          if (head.isEmpty() || head.status().toString().startsWith("1")) {
            head = fields;
          } else {
            trailers = fields;
          }
        }
      } else if (frame.type() == DATA && frame.stream() == stream) {
        body.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
      } else if (frame.type() == GOAWAY && frame.payload()[7] != 0) {
        throw new EOFException("the other side went away: " + frame.payload()[7]);
      }
      if (frame.stream() == stream && frame.ends()) {
        return new Answer(head, body.toString(), trailers, frame.type() == RST_STREAM);
      }
    }
  }
}
