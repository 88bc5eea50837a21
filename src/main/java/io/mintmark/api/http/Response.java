package io.mintmark.api.http;

import io.mintmark.api.Shed;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Writes answers. */
public final class Response {
  /** What an answer takes before it is counted on its own, beside its stream. */
  private static final int LARGE = 2 << 10;

  /** RFC 9113 section 7. */
  private static final long ENHANCE_YOUR_CALM = 11;

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
    } else if (request.version() == HttpVersion.HTTP_2 && answer.body().length > LARGE) {
      endLarge(request, answer.body());
    } else {
      response.end(Buffer.buffer(answer.body()));
    }
  }

  /** A stream's window may be closed for as long as its peer likes (CVE-2019-9517). */
  private static void endLarge(HttpServerRequest request, byte[] body) {
    Watch watch = Watch.of(request);
    if (!watch.take(body.length)) {
      watch.all().shed(Shed.MEMORY);
      request.response().reset(ENHANCE_YOUR_CALM);
      return;
    }
    var _ = request.response().end(Buffer.buffer(body)).onComplete(sent -> watch.give(body.length));
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
