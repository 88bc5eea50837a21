package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** Who asked: a connection of HTTP/1.1, or a stream of HTTP/2. */
interface Caller {
  Channel channel();

  boolean http2();

  /** An answer to a request of that method is about to be written. */
  void responding(HttpMethod method);

  /**
   * All of the answer was written.
   *
   * @param keep whether the connection can carry another request
   */
  void finished(boolean keep);

  /**
   * Nothing of the request is to come: looks whether the caller goes away, unless it has sent more
   * already, which would pile up.
   */
  void awaitEnd();

  /** An answer that had begun cannot be completed. */
  void broken();

  /**
   * The proxy itself answers.
   *
   * @param detail a reason of the broker's; null for none
   * @param requestDone whether all of the request has been read
   */
  void refused(Refusal refusal, @Nullable String detail, boolean requestDone);
}
