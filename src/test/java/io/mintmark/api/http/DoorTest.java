package io.mintmark.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Networks;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DoorTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatFailsForAReasonThatNobodyForesawIsAnswered() throws Exception {
    Connections connections =
        new Connections(
            new Connections.Limits(10, 10, Duration.ofSeconds(30)), Networks.parse(List.of()));
    var options =
        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setHttp2ClearTextEnabled(true);
    Door door =
        new Door(
            vertx,
            connections,
            new Routes(""),
            grpc -> {
              throw new IllegalStateException("SECRET");
            });
    Buffer answer =
        door.server(options)
            .listen()
            .flatMap(
                server ->
                    vertx
                        .createHttpClient(
                            new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false))
                        .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/x"))
            .flatMap(request -> request.putHeader("content-type", "application/grpc").send("x"))
            .flatMap(response -> response.body())
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    assertThat(answer.toString()).contains("server_error").doesNotContain("SECRET");
  }
}
