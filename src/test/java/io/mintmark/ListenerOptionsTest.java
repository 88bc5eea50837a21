package io.mintmark;

import io.mintmark.api.http.Seldom;
import io.mintmark.keys.TestRing;
import io.mintmark.spiffe.ServerSuitesContract;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class ListenerOptionsTest extends ServerSuitesContract {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    ServerTls tls =
        ServerTls.own(
            new TestRing().ring(),
            List.of("localhost"),
            InstantSource.fixed(TestRing.START),
            new Seldom(() -> 0, line -> {}));
    server =
        vertx
            .createHttpServer(ListenerOptions.https(new Listen("127.0.0.1", 0, false), tls))
            .requestHandler(request -> request.response().end())
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Override
  protected int port() {
    return server.actualPort();
  }
}
