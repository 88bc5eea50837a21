package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Admission;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.Networks;
import io.mintmark.api.grpc.GrpcDoor;
import io.mintmark.api.grpc.LastingCalls;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.Door;
import io.mintmark.api.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that would go on for ever, and a broker that ends. */
final class LastingCallsTest {
  private static final int UNAVAILABLE = 14;

  /** RFC 9113 section 7. */
  private static final long CANCEL = 8;

  private static final byte[] EMPTY = RawCall.frame(0, new byte[0]);

  private final Vertx vertx = Vertx.vertx();
  private final LastingCalls lasting = new LastingCalls();
  private final Connections connections =
      new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(10)), Networks.NONE);
  private final BlockingQueue<HttpServerRequest> served = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @ValueSource(strings = {RawCall.WATCH, RawCall.REFLECTION, "/mintmark.v1.Broker/StreamBundles"})
  void aStopWaitsForNoCallThatLasts(String method) throws Exception {
    try (RawCall call = new RawCall(vertx, start())) {
      HttpClientRequest begun = call.open(RawCall.EXCHANGE, Map.of()).get(10, TimeUnit.SECONDS);
      CompletableFuture<RawCall.Answer> exchanged = RawCall.answer(begun);
      var _ = begun.end(Buffer.buffer(EMPTY));
      HttpServerRequest exchange = served.poll(10, TimeUnit.SECONDS);
      HttpClientRequest request = call.open(method, Map.of()).get(10, TimeUnit.SECONDS);
      CompletableFuture<RawCall.Answer> ended = RawCall.answer(request);
      var _ = request.end(Buffer.buffer(EMPTY));
      assertThat(served.poll(10, TimeUnit.SECONDS)).isNotNull();

      CompletableFuture<Void> stopped = connections.stop().toCompletableFuture();
      lasting.close();

      assertThat(ended.get(10, TimeUnit.SECONDS).status()).isEqualTo(UNAVAILABLE);
      assertThat(exchanged).isNotDone();
      assertThat(stopped).isNotDone();
      exchange.response().end();
      assertThat(exchanged.get(10, TimeUnit.SECONDS).http()).isEqualTo(200);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void aCallThatIsHalfSentHoldsUpNoStop() throws Exception {
    try (RawCall call = new RawCall(vertx, start())) {
      HttpClientRequest request = call.open(RawCall.REFLECTION, Map.of()).get(10, TimeUnit.SECONDS);
      CompletableFuture<RawCall.Answer> ended = RawCall.answer(request);
      var _ = request.setChunked(true).write(Buffer.buffer(new byte[3]));
      assertThat(served.poll(10, TimeUnit.SECONDS)).isNotNull();
      CompletableFuture<Void> stopped = connections.stop().toCompletableFuture();
      lasting.close();
      assertThat(ended.get(10, TimeUnit.SECONDS).status()).isEqualTo(UNAVAILABLE);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  /** Its request ended long ago, so the stream alone shows that nobody reads its answers. */
  @ParameterizedTest
  @ValueSource(strings = {RawCall.WATCH, "/mintmark.v1.Broker/StreamBundles"})
  void whoServesACallHearsOnceThatItsClientGaveItUp(String method) throws Exception {
    try (RawCall call = new RawCall(vertx, start())) {
      HttpClientRequest request = call.open(method, Map.of()).get(10, TimeUnit.SECONDS);
      BlockingQueue<Long> heard = resetsOf(request);
      request.reset(0);
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(CANCEL);
      assertThat(heard.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {RawCall.WATCH, "/mintmark.v1.Broker/StreamBundles"})
  void whoServesACallHearsThatItsConnectionIsGone(String method) throws Exception {
    try (RawCall call = new RawCall(vertx, start())) {
      HttpClientRequest request = call.open(method, Map.of()).get(10, TimeUnit.SECONDS);
      BlockingQueue<Long> heard = resetsOf(request);
      request.connection().close();
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }
  }

  @Test
  void whoHoldsAConversationHearsOnceThatItsClientGaveItUp() throws Exception {
    try (RawCall call = new RawCall(vertx, start())) {
      HttpClientRequest request = call.open(RawCall.REFLECTION, Map.of()).get(10, TimeUnit.SECONDS);
      var _ = request.setChunked(true).write(Buffer.buffer(new byte[3]));
      BlockingQueue<Long> heard = resets();
      request.reset(0);
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(CANCEL);
      assertThat(heard.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  /** Its timer would go off half a minute later. */
  @Test
  @Timeout(20)
  void nothingIsKeptOfAConversationWhoseClientIsGone() throws Exception {
    int port = start();
    WeakReference<HttpServerRequest> kept;
    try (RawCall call = new RawCall(vertx, port)) {
      HttpClientRequest request = call.open(RawCall.REFLECTION, Map.of()).get(10, TimeUnit.SECONDS);
      var _ = request.setChunked(true).write(Buffer.buffer(new byte[3]));
      kept = new WeakReference<>(served.poll(10, TimeUnit.SECONDS));
    }
    while (connections.open() > 0) {
      Thread.sleep(10);
    }
    try (RawCall call = new RawCall(vertx, port)) {
      // another call that lasts: until one comes, those that have ended keep their places
      resetsOf(call.open(RawCall.WATCH, Map.of()).get(10, TimeUnit.SECONDS));
      while (kept.get() != null) {
        System.gc();
        Thread.sleep(50);
      }
    }
  }

  private BlockingQueue<Long> resetsOf(HttpClientRequest request) throws Exception {
    var _ = request.end(Buffer.buffer(EMPTY));
    return resets();
  }

  /** With which codes the framework hears that the next call which it serves was reset. */
  private BlockingQueue<Long> resets() throws Exception {
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    HttpServerRequest call = served.poll(10, TimeUnit.SECONDS);
    call.exceptionHandler(
        failure -> {
          if (failure instanceof StreamResetException reset) {
            heard.add(reset.getCode());
          }
        });
    call.response().setChunked(true).write("a").toCompletionStage().toCompletableFuture().join();
    return heard;
  }

  private int start() throws Exception {
    Networks nobody = Networks.NONE;
    GrpcDoor grpc =
        new GrpcDoor(
            vertx,
            new Intake(null, new Admission(10, null, reason -> {})),
            new Callers(nobody),
            lasting,
            served::add);
    return new Door(vertx, connections, new Routes(""), grpc)
        .server(
            new HttpServerOptions().setHost("127.0.0.1").setPort(0).setHttp2ClearTextEnabled(true))
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }
}
