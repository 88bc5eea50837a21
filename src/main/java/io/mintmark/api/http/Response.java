package io.mintmark.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Writes answers. */
public final class Response {
  private Response() {}

  public static void send(HttpServerRequest request, HttpAnswer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    response.putHeader("X-Content-Type-Options", "nosniff");
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", Integer.toString(answer.body().length)).end();
    } else {
      response.end(Buffer.buffer(answer.body()));
    }
  }

  static void sendAndClose(HttpServerRequest request, HttpAnswer answer) {
    if (request.version() == HttpVersion.HTTP_2) {
      send(request, answer);
      return;
    }
    request.response().endHandler(sent -> request.connection().close());
    send(request, answer.with("Connection", "close"));
  }

  /** A bug of ours: the operator reads it in the log, the caller learns that there was one. */
  static void broken(HttpServerRequest request, @Nullable Throwable failure) {
    Failures.log(failure);
    send(request, HttpAnswer.broken());
  }
}
