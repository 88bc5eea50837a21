package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** A small request body that is kept while it may have to be sent once more. */
final class Replay {
  private static final int MAX_BYTES = 64 * 1024;

  private final List<HttpContent> parts = new ArrayList<>();
  private int bytes;
  private boolean whole;
  private boolean dropped;

  void add(HttpContent part) {
    if (dropped) {
      return;
    }
    bytes += part.content().readableBytes();
    if (bytes > MAX_BYTES) {
      drop();
      return;
    }
    parts.add(part.retainedDuplicate());
    whole |= part instanceof LastHttpContent;
  }

  /** There is no body. */
  void nothing() {
    whole = true;
  }

  /** Whether all of the body is here. */
  boolean whole() {
    return whole && !dropped;
  }

  /** The parts once more; they are the caller's to release. */
  List<HttpContent> again() {
    return parts.stream().map(HttpContent::retainedDuplicate).toList();
  }

  void drop() {
    dropped = true;
    parts.forEach(ReferenceCountUtil::release);
    parts.clear();
  }
}
