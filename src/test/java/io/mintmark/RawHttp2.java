package io.mintmark;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Says one HTTP/2 request to a plain port of a broker, with headers as they are. */
final class RawHttp2 {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PRIORITY = 32;
  private static final int MOST = 16_384;

  private RawHttp2() {}

  /** The status, content type and body; or how the stream or the connection ended instead. */
  @SafeVarargs
  static String say(Service service, Map.Entry<String, String>... headers) throws Exception {
    return say(service.setup().http(), headers);
  }

  @SafeVarargs
  static String say(Listen port, Map.Entry<String, String>... headers) throws Exception {
    byte[] block = block(headers);
    try (Socket socket = new Socket("127.0.0.1", port.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(PREFACE.getBytes(StandardCharsets.ISO_8859_1));
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
      try {
        for (int at = 0; at < block.length; at += MOST) {
          byte[] part = Arrays.copyOfRange(block, at, Math.min(at + MOST, block.length));
          int flags = (at == 0 ? END_STREAM : 0) | (at + MOST >= block.length ? END_HEADERS : 0);
          out.write(frame(at == 0 ? HEADERS : CONTINUATION, flags, 1, part));
        }
      } catch (SocketException closed) {
        return "closed"; // before all of it was said
      }
      return answer(new DataInputStream(socket.getInputStream()));
    }
  }

  private static String answer(DataInputStream in) throws Exception {
    StringBuilder answer = new StringBuilder();
    DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    try {
      while (true) {
        int word = in.readInt();
        byte[] payload = new byte[word >>> 8];
        int flags = in.read();
        in.readInt();
        in.readFully(payload);
        int type = word & 0xff;
        if (type == HEADERS) {
          var block = Unpooled.wrappedBuffer(payload).skipBytes((flags & PRIORITY) == 0 ? 0 : 5);
          var headers = decoder.decodeHeaders(1, block);
          answer.append(headers.status()).append(' ').append(headers.get("content-type", ""));
        } else if (type == DATA) {
          answer.append(' ').append(new String(payload, StandardCharsets.UTF_8));
        } else if (type == RESET) {
          return answer.append("reset ").append(ByteBuffer.wrap(payload).getInt()).toString();
        } else if (type == GOAWAY) {
          return answer.append("goaway ").append(ByteBuffer.wrap(payload).getInt(4)).toString();
        }
        if (type <= HEADERS && (flags & END_STREAM) != 0) {
          return answer.toString();
        }
      }
    } catch (EOFException ended) {
      return answer.append("end").toString();
    }
  }

  /** RFC 7541 section 6.2.2: each header as a literal. */
  private static byte[] block(Map.Entry<String, String>[] headers) throws IOException {
    var block = new ByteArrayOutputStream();
    for (Map.Entry<String, String> header : headers) {
      block.write(0);
      literal(block, header.getKey());
      literal(block, header.getValue());
    }
    return block.toByteArray();
  }

  /** RFC 7541 section 5.1, the length with a prefix of seven bits. */
  private static void literal(OutputStream out, String text) throws IOException {
    int length = text.length();
    if (length < 127) {
      out.write(length);
    } else {
      out.write(127);
      for (length -= 127; length >= 128; length >>>= 7) {
        out.write(length % 128 + 128);
      }
      out.write(length);
    }
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
