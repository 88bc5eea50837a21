package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @TempDir private Path folder;

  @Test
  void whatIsRehearsedIsAnInjection() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      Injection injection = new Injection(Pods.plan(folder, Pods.DOCUMENT), () -> "");
      HttpServer stage =
          vertx
              .createHttpServer(
                  new HttpServerOptions()
                      .setSsl(true)
                      .setUseAlpn(true)
                      .setKeyCertOptions(SelfSignedCertificate.create().keyCertOptions()))
              .requestHandler(new Webhook(vertx, injection, meters))
              .listen(0, Rehearsal.LOOPBACK)
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      Rehearsal.of(vertx, stage);
      assertThat(meters.find("mintmark_injector_reviews").counters())
          .allSatisfy(
              counter -> {
                if ("injected".equals(counter.getId().getTag("outcome"))) {
                  assertThat(counter.count()).isGreaterThanOrEqualTo(50);
                } else {
                  assertThat(counter.count()).isZero();
                }
              });
    } finally {
      vertx.close();
    }
  }
}
