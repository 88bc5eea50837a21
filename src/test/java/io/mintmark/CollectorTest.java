package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A collector of traces that is none of ours. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CollectorTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Buffer SPANS = Buffer.buffer("spans");

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Buffer> received = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** The framework's exporter would keep all of it. */
  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http/protobuf"})
  void anAnswerWithoutEndIsNotReadOn(String protocol) throws Exception {
    CompletableFuture<Void> hungUp = new CompletableFuture<>();
    Collector collector =
        collector(
            protocol,
            LONG,
            request -> {
              HttpServerResponse response = request.response().setChunked(true);
              request.connection().closeHandler(closed -> hungUp.complete(null));
              sendOn(response);
            });
    assertThatThrownBy(() -> send(collector))
        .hasMessageContaining("it answers with more than 65536 bytes");
    hungUp.get(60, TimeUnit.SECONDS);
  }

  private static void sendOn(HttpServerResponse response) {
    response.exceptionHandler(gone -> {});
    response
        .write(Buffer.buffer(new byte[1 << 14]))
        .onSuccess(
            written -> {
              if (!response.closed()) {
                sendOn(response);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http/protobuf"})
  void anAnswerThatNeverEndsIsGivenUp(String protocol) throws Exception {
    CompletableFuture<Void> hungUp = new CompletableFuture<>();
    Collector collector =
        collector(
            protocol,
            Duration.ofMillis(300),
            request -> {
              request.connection().closeHandler(closed -> hungUp.complete(null));
              request.response().setChunked(true).write("a");
            });
    assertThatThrownBy(() -> send(collector)).hasMessageContaining("does not answer in time");
    hungUp.get(60, TimeUnit.SECONDS);
  }

  @Test
  void spansArePostedByHttp() throws Exception {
    List<String> seen = new ArrayList<>();
    Collector collector =
        collector(
            "http/protobuf",
            LONG,
            request -> {
              seen.add(request.method() + " " + request.path());
              seen.add(request.getHeader("content-type") + " " + request.getHeader("api-key"));
              answered(request, 200, null);
            });
    send(collector);
    assertThat(seen).containsExactly("POST /base/v1/traces", "application/x-protobuf a=b");
    assertThat(received.take()).isEqualTo(SPANS);
  }

  @ParameterizedTest
  @CsvSource({"grpc, 127.0.0.1", "grpc, ::1", "http/protobuf, 127.0.0.1", "http/protobuf, ::1"})
  void anAddressOfIpv6IsOneToo(String protocol, String host) throws Exception {
    if (!listens(host)) { // a machine without IPv6 can show nothing of it
      return;
    }
    List<String> seen = new ArrayList<>();
    Collector collector =
        collector(
            protocol,
            host,
            LONG,
            request -> {
              seen.add(request.authority().toString());
              answered(request, 200, protocol.equals("grpc") ? "0" : null);
            });
    send(collector);
    assertThat(seen).hasSize(1).first().asString().startsWith(host.equals("::1") ? "[::1]:" : host);
  }

  private static boolean listens(String host) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.isBound();
    } catch (IOException none) {
      return false;
    }
  }

  @Test
  void spansAreAMessageOfGrpc() throws Exception {
    List<String> seen = new ArrayList<>();
    Collector collector =
        collector(
            "grpc",
            LONG,
            request -> {
              seen.add(request.version() + " " + request.path());
              seen.add(request.getHeader("content-type") + " " + request.getHeader("te"));
              answered(request, 200, "0");
            });
    send(collector);
    assertThat(seen)
        .containsExactly(
            "HTTP_2 /opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "application/grpc trailers");
    assertThat(received.take())
        .isEqualTo(Buffer.buffer(new byte[] {0, 0, 0, 0, 5}).appendBuffer(SPANS));
  }

  @ParameterizedTest
  @CsvSource({
    "http/protobuf, 503, , 2, it answers 503",
    "http/protobuf, 429, , 2, it answers 429",
    "http/protobuf, 400, , 1, it answers 400",
    "http/protobuf, 301, , 1, it answers 301",
    "grpc, 200, 14, 2, it answers with status 14",
    "grpc, 200, 3, 1, it answers with status 3",
    "grpc, 200, <html>, 1, it does not speak gRPC",
    "grpc, 200, , 1, it does not speak gRPC",
    "grpc, 503, , 2, it answers 503"
  })
  void aRefusalIsAskedAboutOnceMoreWhereItMayPass(
      String protocol, int status, String call, int asked, String says) throws Exception {
    Collector collector = collector(protocol, LONG, request -> answered(request, status, call));
    assertThatThrownBy(() -> send(collector)).hasMessageContaining(says);
    assertThat(received).hasSize(asked);
  }

  @ParameterizedTest
  @CsvSource({
    "collector.example.org:4317, grpc, OTEL_EXPORTER_OTLP_ENDPOINT",
    "file:///tmp/a, grpc, OTEL_EXPORTER_OTLP_ENDPOINT",
    "http://a b, grpc, OTEL_EXPORTER_OTLP_ENDPOINT",
    "http://localhost, http/json, OTEL_EXPORTER_OTLP_PROTOCOL"
  })
  void whatIsNoAddressIsRefused(String endpoint, String protocol, String says) {
    assertThatThrownBy(() -> CollectorAddress.of(endpoint, protocol, List.of()))
        .isInstanceOf(StartupRefused.class)
        .hasMessageStartingWith(says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "a b=secret", "=secret", "a=secret\r\nb: c", "a=secret\u00e9"})
  void whatIsNoHeaderIsRefusedAndNotRepeated(String header) {
    assertThatThrownBy(() -> CollectorAddress.of("http://localhost", "grpc", List.of(header)))
        .isInstanceOf(StartupRefused.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aHeaderOfTheOperatorsIsASecret() {
    assertThat(CollectorAddress.of("https://localhost", "grpc", List.of("api-key=secret")))
        .asString()
        .contains("localhost:443")
        .doesNotContain("secret");
  }

  private void answered(HttpServerRequest request, int status, String call) {
    HttpServerResponse response = request.response().setStatusCode(status);
    request
        .body()
        .onSuccess(
            body -> {
              received.add(body);
              if (call != null) {
                response.putTrailer("grpc-status", call);
              }
              response.end();
            });
  }

  private Collector collector(
      String protocol, Duration patience, Handler<HttpServerRequest> handler) throws Exception {
    return collector(protocol, "127.0.0.1", patience, handler);
  }

  private Collector collector(
      String protocol, String host, Duration patience, Handler<HttpServerRequest> handler)
      throws Exception {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(handler)
            .listen(0, host)
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS)
            .actualPort();
    return new Collector(
        vertx,
        CollectorAddress.of(
            "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/base/",
            protocol,
            List.of("api-key=a=b")),
        patience);
  }

  private static void send(Collector collector) throws Exception {
    Future<Void> sent = collector.send(SPANS);
    sent.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
