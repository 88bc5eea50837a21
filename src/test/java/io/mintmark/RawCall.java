package io.mintmark;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Makes gRPC calls of bytes as they are. */
final class RawCall implements AutoCloseable {
  static final String EXCHANGE = "/mintmark.v1.Broker/Exchange";
  static final String WATCH = "/grpc.health.v1.Health/Watch";
  static final String REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  private final HttpClient http;
  private final int port;

  RawCall(Vertx vertx, int port) {
    this.port = port;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  /** An answer, whole. */
  record Answer(int http, MultiMap headers, MultiMap trailers, Buffer body) {
    private String field(String name) {
      String trailer = trailers.get(name);
      return trailer == null ? headers.get(name) : trailer;
    }

    /** The status; -1 where there is none. */
    int status() {
      String status = field("grpc-status");
      return status == null ? -1 : Integer.parseInt(status);
    }

    ErrorInfo info() throws Exception {
      String details = field("grpc-status-details-bin");
      if (details != null) {
        for (Any detail : Status.parseFrom(Base64.getDecoder().decode(details)).getDetailsList()) {
          if (detail.is(ErrorInfo.class)) {
            return detail.unpack(ErrorInfo.class);
          }
        }
      }
      return ErrorInfo.getDefaultInstance();
    }

    @Override
    public String toString() {
      return "%d %s %s %s".formatted(http, headers, trailers, body);
    }
  }

  /** Opens a call, of which more can be sent. */
  CompletableFuture<HttpClientRequest> open(String path, Map<String, String> headers) {
    return http.request(HttpMethod.POST, port, "127.0.0.1", path)
        .map(
            request -> {
              request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
              headers.forEach(request::putHeader);
              return request;
            })
        .toCompletionStage()
        .toCompletableFuture();
  }

  static CompletableFuture<Answer> answer(HttpClientRequest request) {
    return request
        .response()
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            new Answer(
                                response.statusCode(),
                                response.headers(),
                                response.trailers(),
                                body)))
        .toCompletionStage()
        .toCompletableFuture();
  }

  /** Sends these bytes as a whole call. */
  Answer say(String path, Map<String, String> headers, byte[] body) throws Exception {
    HttpClientRequest request = open(path, headers).get(10, TimeUnit.SECONDS);
    CompletableFuture<Answer> answer = answer(request);
    Future<Void> sent = request.end(Buffer.buffer(body));
    try {
      return answer.get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException failed) {
      throw new AssertionError("no answer: " + failed.getCause() + ", " + sent, failed);
    }
  }

  /** A message with its prefix. */
  static byte[] frame(int flag, byte[] message) {
    return Buffer.buffer()
        .appendByte((byte) flag)
        .appendInt(message.length)
        .appendBytes(message)
        .getBytes();
  }

  @Override
  public void close() {
    http.close().toCompletionStage().toCompletableFuture().join();
  }
}
