package io.mintmark;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.tracing.TracingPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The collector that traces are sent to, by OTLP over HTTP/1.1 or gRPC. Of what it answers only the
 * status counts: no more than some KiB are read and none are kept, and each attempt has an end,
 * whatever it does. The framework's own exporter keeps an answer whole, whatever its size.
 */
final class Collector implements AutoCloseable {
  static final int MOST_ANSWER = 64 << 10;
  static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 2;
  private static final long PAUSE_MILLIS = 100;
  private static final String STATUS = "grpc-status";
  private static final String UNAVAILABLE = "14";

  private final Vertx vertx;
  private final CollectorAddress to;
  private final Duration patience;
  private final HttpClient client;

  /** One attempt came to nothing, and another may do better. */
  private static final class Passing extends IOException {
    private static final long serialVersionUID = 1;

    Passing(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @param patience how long an attempt may take, from connecting to the end of the answer
   */
  Collector(Vertx vertx, CollectorAddress to, Duration patience) {
    this.vertx = vertx;
    this.to = to;
    this.patience = patience;
    HttpClientOptions options =
        new HttpClientOptions()
            .setDefaultHost(to.host())
            .setDefaultPort(to.port())
            .setSsl(to.tls())
            .setTracingPolicy(TracingPolicy.IGNORE);
    if (to.grpc()) {
      options
          .setProtocolVersion(HttpVersion.HTTP_2)
          .setHttp2ClearTextUpgrade(false)
          .setUseAlpn(to.tls());
    }
    this.client = vertx.createHttpClient(options);
  }

  /**
   * Sends an ExportTraceServiceRequest. Fails with an {@link IOException} where the collector did
   * not take it.
   */
  Future<Void> send(Buffer spans) {
    return attempts(to.grpc() ? framed(spans) : spans, 1);
  }

  /** A message of gRPC: not compressed, its length in four bytes. */
  private static Buffer framed(Buffer message) {
    return Buffer.buffer(message.length() + 5)
        .appendByte((byte) 0)
        .appendInt(message.length())
        .appendBuffer(message);
  }

  private Future<Void> attempts(Buffer message, int number) {
    return attempt(message)
        .recover(
            failed ->
                failed instanceof Passing && number < ATTEMPTS
                    ? vertx.timer(PAUSE_MILLIS).compose(passed -> attempts(message, number + 1))
                    : Future.failedFuture(failed));
  }

  private Future<Void> attempt(Buffer message) {
    Promise<Void> done = Promise.promise();
    AtomicReference<@Nullable HttpClientRequest> under = new AtomicReference<>();
    long end =
        vertx.setTimer(
            patience.toMillis(),
            late -> {
              done.tryFail(new IOException("it does not answer in time"));
              end(under.get());
            });
    client
        .request(HttpMethod.POST, to.path())
        .compose(
            request -> {
              under.set(request);
              if (done.future().isComplete()) {
                end(request);
              }
              to.headers().forEach(request::putHeader);
              return request.send(message).onSuccess(response -> read(request, response, done));
            })
        .onFailure(
            failed -> done.tryFail(new Passing(String.valueOf(failed.getMessage()), failed)));
    return done.future().onComplete(over -> vertx.cancelTimer(end));
  }

  private void read(HttpClientRequest request, HttpClientResponse response, Promise<Void> done) {
    int[] length = {0};
    response
        .handler(
            some -> {
              length[0] += some.length();
              if (length[0] > MOST_ANSWER) {
                done.tryFail(
                    new IOException("it answers with more than " + MOST_ANSWER + " bytes"));
                end(request);
              }
            })
        .exceptionHandler(
            broken -> done.tryFail(new Passing(String.valueOf(broken.getMessage()), broken)))
        .endHandler(
            all -> {
              IOException refusal = to.grpc() ? call(response) : answer(response.statusCode());
              if (refusal == null) {
                done.tryComplete();
              } else {
                done.tryFail(refusal);
              }
            });
  }

  /** With its connection: of one that sends too much or too slowly nothing more is wanted. */
  private static void end(@Nullable HttpClientRequest request) {
    if (request != null) {
      request.connection().close();
    }
  }

  private static @Nullable IOException answer(int status) {
    return switch (status) {
      case 200, 202, 204 -> null;
      case 429, 502, 503, 504 -> new Passing("it answers " + status, null);
      default -> new IOException("it answers " + status);
    };
  }

  private static @Nullable IOException call(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      IOException refusal = answer(response.statusCode());
      return refusal == null ? new IOException("it does not speak gRPC") : refusal;
    }
    // where it says nothing else its trailers are its headers
    String status = response.getTrailer(STATUS);
    if (status == null) {
      status = response.getHeader(STATUS);
    }
    if (status == null || !status.matches("[0-9]{1,3}")) {
      return new IOException("it does not speak gRPC");
    }
    return switch (status) {
      case "0" -> null;
      case UNAVAILABLE -> new Passing("it answers with status " + status, null);
      default -> new IOException("it answers with status " + status);
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
