package io.mintmark.sidecar.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Promise;

/** CONNECT to a host outside the routes: bytes that the proxy neither reads nor adds to. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what cannot be written shows when the channel closes
final class Tunnel {
  private Tunnel() {}

  static void open(Engine engine, CallerSide caller, Authority to) {
    if (!engine.tunnelsTo().permits(to.port())) {
      caller.refused(Refusal.TUNNEL_REFUSED, null, true);
      return;
    }
    Promise<Channel> connected = engine.connector().plain(to, engine.tunnelsTo());
    caller.channel().closeFuture().addListener(gone -> connected.cancel(false));
    caller.awaitEnd();
    connected.addListener(
        result -> {
          if (result.isCancelled()) {
            return;
          }
          if (!result.isSuccess()) {
            caller.refused(
                result.cause() instanceof Connector.NotPermitted
                    ? Refusal.TUNNEL_REFUSED
                    : Refusal.UPSTREAM_UNREACHABLE,
                null,
                true);
            return;
          }
          Channel upstream = connected.getNow();
          if (!caller.channel().isActive()) {
            upstream.close();
            return;
          }
          engine.counts().tunnelled();
          caller
              .channel()
              .writeAndFlush(
                  new DefaultFullHttpResponse(
                      HttpVersion.HTTP_1_1,
                      new HttpResponseStatus(HttpResponseStatus.OK.code(), "tunnel open"),
                      Unpooled.EMPTY_BUFFER));
          Relay.join(caller.channel(), upstream, engine.plan().limits().idle());
        });
  }
}
