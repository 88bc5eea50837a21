package io.mintmark.sidecar.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 as RFC 9112 writes it and no other way: lines end in CR LF, no line is folded, no
 * space stands before a colon, and one field says where the body ends. What leniency would accept
 * is what request smuggling is made of. Stops after each message until {@link #resume}.
 */
abstract class StrictDecoder extends ByteToMessageDecoder {
  private static final int MAX_HEAD = 32 * 1024;
  private static final int MAX_TRAILERS = 8 * 1024;
  private static final int MAX_CHUNK_LINE = 256;
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private State state = State.START;
  private @Nullable String startLine;
  private HttpHeaders fields = Grammar.newFields();
  private int budget = MAX_HEAD;
  private long remaining;
  private boolean emitted;
  private boolean skippedEmptyLine;

  private enum State {
    START,
    FIELDS,
    FIXED,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE,
    DONE,
    BROKEN
  }

  /** How much body follows a head. */
  sealed interface Body {
    record None() implements Body {}

    record Framed(Grammar.Framing framing) implements Body {}

    record UntilClose() implements Body {}
  }

  /** The message that a head begins, {@code FullHttpMessage} without a body; null if malformed. */
  abstract @Nullable HttpMessage message(String startLine, HttpHeaders fields);

  /** What follows the head that was read last. */
  abstract Body body();

  /** Whether it stands between two messages and nothing came that nobody asked for. */
  boolean clean() {
    return (state == State.DONE || state == State.START) && actualReadableBytes() == 0;
  }

  /** Reads the next message; never to be called while one is being passed on. */
  final void resume(ChannelHandlerContext context) {
    state = State.START;
    startLine = null;
    skippedEmptyLine = false;
    budget = MAX_HEAD;
    try {
      channelRead(context, Unpooled.EMPTY_BUFFER);
    } catch (Exception broken) {
      context.fireExceptionCaught(broken);
    }
    channelReadComplete(context);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    boolean more = !emitted && state != State.DONE && state != State.BROKEN;
    emitted = false;
    if (more && !context.channel().config().isAutoRead()) {
      context.read();
    }
    context.fireChannelReadComplete();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int before = out.size();
    switch (state) {
      case START -> start(in, out);
      case FIELDS -> field(in, out, false);
      case FIXED -> fixed(in, out);
      case CHUNK_SIZE -> chunkSize(in, out);
      case CHUNK -> chunk(in, out);
      case CHUNK_END -> chunkEnd(in, out);
      case TRAILERS -> field(in, out, true);
      case UNTIL_CLOSE -> out.add(new DefaultHttpContent(in.readRetainedSlice(in.readableBytes())));
      case DONE -> {}
      case BROKEN -> in.skipBytes(in.readableBytes());
    }
    emitted |= out.size() > before;
  }

  @Override
  protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    super.decodeLast(context, in, out);
    if (state == State.UNTIL_CLOSE) {
      state = State.DONE;
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private void start(ByteBuf in, List<Object> out) {
    AsciiString line = line(in, out, Refusal.REQUEST_TOO_LARGE);
    if (line == null) {
      return;
    }
    if (line.isEmpty() && !skippedEmptyLine) {
      skippedEmptyLine = true;
      return;
    }
    startLine = line.toString();
    fields = Grammar.newFields();
    state = State.FIELDS;
  }

  private void field(ByteBuf in, List<Object> out, boolean trailers) {
    AsciiString line = line(in, out, Refusal.REQUEST_TOO_LARGE);
    if (line == null) {
      return;
    }
    if (line.isEmpty()) {
      if (trailers) {
        ended(out);
      } else {
        head(out);
      }
      return;
    }
    int colon = line.indexOf(':', 0);
    AsciiString name = colon < 0 ? AsciiString.EMPTY_STRING : line.subSequence(0, colon);
    AsciiString value = colon < 0 ? line : Grammar.trimmed(line, colon + 1);
    if (!Grammar.token(name) || !Grammar.value(value)) {
      broken(out, Refusal.REQUEST_MALFORMED);
    } else if (fields.size() >= Grammar.MAX_FIELDS) {
      broken(out, Refusal.REQUEST_TOO_LARGE);
    } else {
      fields.add(name, value);
    }
  }

  private void head(List<Object> out) {
    HttpMessage message = message(java.util.Objects.requireNonNull(startLine), fields);
    if (message == null) {
      broken(out, Refusal.REQUEST_MALFORMED);
      return;
    }
    out.add(message);
    switch (body()) {
      case Body.None _ -> state = State.DONE;
      case Body.UntilClose _ -> state = State.UNTIL_CLOSE;
      case Body.Framed(Grammar.Framing.Length(long bytes)) -> {
        remaining = bytes;
        state = State.FIXED;
      }
      case Body.Framed _ -> nextChunk();
    }
  }

  private void nextChunk() {
    budget = MAX_CHUNK_LINE;
    state = State.CHUNK_SIZE;
  }

  private void fixed(ByteBuf in, List<Object> out) {
    ByteBuf part = part(in);
    if (remaining > 0) {
      out.add(new DefaultHttpContent(part));
    } else {
      state = State.DONE;
      out.add(Grammar.newEnd(part));
    }
  }

  private ByteBuf part(ByteBuf in) {
    ByteBuf part = in.readRetainedSlice((int) Math.min(remaining, in.readableBytes()));
    remaining -= part.readableBytes();
    return part;
  }

  private void chunkSize(ByteBuf in, List<Object> out) {
    AsciiString line = line(in, out, Refusal.REQUEST_MALFORMED);
    if (line == null) {
      return;
    }
    remaining = Grammar.chunkSize(line);
    if (remaining < 0) {
      broken(out, Refusal.REQUEST_MALFORMED);
    } else if (remaining == 0) {
      fields = Grammar.newFields();
      budget = MAX_TRAILERS;
      state = State.TRAILERS;
    } else {
      state = State.CHUNK;
    }
  }

  private void chunk(ByteBuf in, List<Object> out) {
    out.add(new DefaultHttpContent(part(in)));
    if (remaining == 0) {
      state = State.CHUNK_END;
    }
  }

  private void chunkEnd(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 2) {
      return;
    }
    if (in.readByte() == CR && in.readByte() == LF) {
      nextChunk();
    } else {
      broken(out, Refusal.REQUEST_MALFORMED);
    }
  }

  private void ended(List<Object> out) {
    state = State.DONE;
    LastHttpContent last = Grammar.newEnd(Unpooled.EMPTY_BUFFER);
    last.trailingHeaders().add(fields);
    out.add(last);
  }

  /** The next line without its CR LF; null where there is none yet, or it is malformed. */
  private @Nullable AsciiString line(ByteBuf in, List<Object> out, Refusal tooLong) {
    int end = in.indexOf(in.readerIndex(), in.writerIndex(), LF);
    int length = end < 0 ? in.readableBytes() : end - in.readerIndex() + 1;
    if (length > budget) {
      // what is decoded without being read is an error to Netty
      in.skipBytes(in.readableBytes());
      broken(out, tooLong);
      return null;
    }
    if (end < 0) {
      return null;
    }
    budget -= length;
    byte[] bytes = ByteBufUtil.getBytes(in, in.readerIndex(), length, true);
    in.skipBytes(length);
    boolean ended = length >= 2 && bytes[length - 2] == CR;
    AsciiString line = new AsciiString(bytes, 0, Math.max(0, length - 2), false);
    if (!ended || line.indexOf((char) CR, 0) >= 0) {
      broken(out, Refusal.REQUEST_MALFORMED);
      return null;
    }
    return line;
  }

  private void broken(List<Object> out, Refusal refusal) {
    state = State.BROKEN;
    out.add(new Malformed(refusal));
  }
}
