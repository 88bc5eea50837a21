package io.mintmark.sidecar.proxy;

import io.netty.channel.Channel;

/**
 * The use of an upstream for one request: a connection of HTTP/1.1, or a stream of HTTP/2.
 *
 * @param reused whether it carried another request before, so that its end may have been near
 */
record Lease(Channel channel, boolean http2, boolean reused, Pool pool) {
  /** Gives it back; one that is not clean is closed. */
  void release(boolean clean) {
    pool.released(this, clean);
  }
}
