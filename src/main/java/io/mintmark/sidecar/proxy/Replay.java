package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Arrays;
import java.util.List;

/**
 * A small request body that is kept while it may have to be sent once more. It is copied: a part of
 * one byte costs a byte, and keeps no buffer that it was read into.
 */
final class Replay {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int FIRST_BYTES = 1024;

  private final Budget budget;
  private byte[] bytes = {};
  private int length;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
  private boolean bodiless;
  private boolean whole;
  private boolean dropped;

  Replay(Budget budget) {
    this.budget = budget;
  }

  void add(HttpContent part) {
    if (dropped) {
      return;
    }
    int more = part.content().readableBytes();
    if (!room(length + more)) {
      drop();
      return;
    }
    part.content().getBytes(part.content().readerIndex(), bytes, length, more);
    length += more;
    if (part instanceof LastHttpContent last) {
      whole = true;
      trailers = last.trailingHeaders();
    }
  }

  private boolean room(int needed) {
    if (needed <= bytes.length) {
      return true;
    }
    int size = Math.min(MAX_BYTES, Math.max(needed, Math.max(FIRST_BYTES, 2 * bytes.length)));
    if (needed > MAX_BYTES || !budget.take(size - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, size);
    return true;
  }

  /** There is no body. */
  void nothing() {
    whole = true;
    bodiless = true;
  }

  /** Whether all of the body is here. */
  boolean whole() {
    return whole && !dropped;
  }

  /** The body once more, in one part; it is the caller's to release. */
  List<HttpContent> again() {
    if (bodiless) {
      return List.of();
    }
    LastHttpContent end = Grammar.newEnd(Unpooled.wrappedBuffer(bytes, 0, length));
    end.trailingHeaders().set(trailers);
    return List.of(end);
  }

  /** It will not be sent again. */
  void drop() {
    dropped = true;
    budget.give(bytes.length);
    bytes = new byte[0];
    length = 0;
    trailers = EmptyHttpHeaders.INSTANCE;
  }
}
